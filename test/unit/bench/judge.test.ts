/** A figure of a bench is judged by what neighbours on the machine cannot move. */
import assert from 'node:assert/strict';
import type { Figure, JudgedBy, Run, Yardstick } from '../../bench/measure/figures';
import { quantile, stretch } from '../../bench/measure/figures';
import { judge } from '../../bench/measure/judge';
import { judgedBy, roundsOf } from '../../bench/measure/table';
import { yardstickOf, type Sample } from '../../bench/measure/yardstick';

const calm: Yardstick = { samples: 9, cpuMs: 25, wallMs: 25, strays: 0.02, flushMs: 1, lateMs: 0 };
const busy: Yardstick = { ...calm, wallMs: 100, flushMs: 5, lateMs: 10 };

function figure(runs: readonly Run[], more: Partial<Figure> = {}): Figure {
  return { bench: 'b', name: 'n', unit: 's', atLeast: 10, aim: 5, better: 'lower', runs, ...more };
}

describe('A figure of a bench', () => {
  it('of wall time is judged over what the yardstick beside it was stretched', () => {
    const measured = figure([{ value: 16, yardstick: busy }]);
    const { value, judged, mark, how } = judge(measured, { by: 'wall' });
    assert.deepEqual({ value, judged, mark, how }, { value: 16, judged: 4, mark: 'aim', how: 'wall ÷ 4.00' });
  });

  it('of wall time is never judged below its CPU time', () => {
    assert.equal(judge(figure([{ value: 16, cpu: 6, yardstick: busy }]), { by: 'wall' }).judged, 6);
    assert.equal(judge(figure([{ value: 16, cpu: 30, yardstick: busy }]), { by: 'wall' }).judged, 16);
  });

  it('is as measured on a machine that is free', () => {
    const { judged, mark, how } = judge(figure([{ value: 16, yardstick: calm }]), { by: 'wall' });
    assert.deepEqual({ judged, mark, how }, { judged: 16, mark: 'MISSES', how: '' });
  });

  it('is never judged worse than measured', () => {
    const quick: Yardstick = { ...calm, wallMs: 20, flushMs: 0.5, lateMs: -1 };
    for (const by of ['plain', 'cpu', 'wall'] as const)
      assert.equal(judge(figure([{ value: 8, cpu: 30, yardstick: quick }]), { by }).judged, 8);
    assert.equal(judge(figure([{ value: 8, yardstick: quick }]), { by: 'excess', ideal: 1 }).judged, 8);
  });

  it('is judged by its CPU time where that is less than the clock', () => {
    const { judged, how } = judge(figure([{ value: 133, cpu: 18, yardstick: busy }]), { by: 'cpu' });
    assert.deepEqual([judged, how], [18, 'CPU']);
    assert.equal(judge(figure([{ value: 18, cpu: 40 }]), { by: 'cpu' }).judged, 18);
    assert.equal(judge(figure([{ value: 18, yardstick: busy }]), { by: 'cpu' }).judged, 18);
  });

  it('that is a rate is judged by how often it would be done without neighbours', () => {
    const rate = figure([{ value: 100, yardstick: busy }], { better: 'higher', atLeast: 300, aim: 500 });
    const { judged, mark, how } = judge(rate, { by: 'wall' });
    assert.deepEqual({ judged, mark, how }, { judged: 400, mark: 'ok', how: 'wall × 4.00' });
  });

  it('that waits for others is judged by what is over the ideal, over the yardstick', () => {
    const waits: JudgedBy = { by: 'excess', ideal: 5 };
    assert.equal(judge(figure([{ value: 7, yardstick: busy }]), waits).judged, 5.5);
    assert.equal(judge(figure([{ value: 7, yardstick: calm }]), waits).judged, 7);
    assert.equal(judge(figure([{ value: 4, yardstick: busy }]), waits).judged, 4);
  });

  it('without a yardstick is judged as measured', () => {
    for (const by of ['plain', 'cpu', 'wall'] as const)
      assert.equal(judge(figure([{ value: 8 }]), { by }).judged, 8);
  });

  it('has the median of its runs, each by its own yardstick, and their spread', () => {
    const runs = [
      { value: 8, yardstick: calm },
      { value: 40, yardstick: busy },
      { value: 7, yardstick: calm },
    ];
    const { value, judged, spread } = judge(figure(runs), { by: 'wall' });
    assert.deepEqual({ value, judged, spread }, { value: 8, judged: 8, spread: [7, 40] });
  });

  it('meets its limits from below or from above, and has no mark without them', () => {
    const marks = (value: number, more: Partial<Figure>): string =>
      judge(figure([{ value }], more), { by: 'plain' }).mark;
    assert.deepEqual([marks(5, {}), marks(10, {}), marks(11, {})], ['aim', 'ok', 'MISSES']);
    const higher = { better: 'higher', atLeast: 98, aim: 99 } as const;
    assert.deepEqual([marks(99, higher), marks(98, higher), marks(97, higher)], ['aim', 'ok', 'MISSES']);
    const { atLeast: _, aim: __, ...none } = figure([{ value: 1 }]);
    assert.equal(judge(none, { by: 'plain' }).mark, '');
  });
});

describe('The table of the benches', () => {
  const by = (bench: string, name: string, unit = 's'): string => judgedBy({ bench, name, unit }).by;

  it('says by what a row is judged', () => {
    assert.equal(
      by('captions', '500 captions, 20 workers, 100 ms a request: wall over ideal', '×'),
      'excess',
    );
    assert.equal(by('captions', '… CPU'), 'cpu');
    assert.equal(by('engine', 'memory for the batch', 'MB'), 'plain');
    assert.equal(by('engine', 'longest stop of the event loop while resuming', 'ms'), 'cpu');
    assert.equal(by('engine', 'resume until the first job starts'), 'wall');
  });

  it('judges by the unit what has no entry', () => {
    assert.equal(by('another', 'CPU of a thing', 'ms'), 'cpu');
    assert.equal(by('another', 'a thing', 'ms'), 'wall');
    assert.equal(by('another', 'things', 'MB'), 'plain');
    assert.equal(roundsOf('another'), 1);
  });
});

describe('The yardstick', () => {
  const sample = (at: number, wallMs: number): Sample => ({ at, wallMs, cpuMs: 10, flushMs: 1, lateMs: 2 });
  const samples = [1000, 1500, 2000, 2500, 3000, 3500].map((at) => sample(at, at / 50));

  it('of a run is the median of the samples in its seconds', () => {
    const { samples: count, wallMs } = yardstickOf(samples, 1400, 2600) ?? assert.fail();
    assert.deepEqual([count, wallMs], [3, 40]);
  });

  it('of a run shorter than that is of the samples nearest to it', () => {
    const { samples: count, wallMs } = yardstickOf(samples, 3490, 3510) ?? assert.fail();
    assert.deepEqual([count, wallMs], [3, 60]);
    assert.equal(yardstickOf([], 0, 1), undefined);
  });

  it('is stretched by as much as the clock is over its CPU time, never below 1', () => {
    assert.equal(stretch(busy), 4);
    assert.equal(stretch({ ...calm, wallMs: 20 }), 1);
    assert.equal(stretch({ ...calm, cpuMs: 0 }), 1);
  });

  it('has quartiles between its values', () => {
    assert.deepEqual([quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4, 5], 0.25)], [2.5, 2]);
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });
});
