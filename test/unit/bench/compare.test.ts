/** Two result files of the benches: what changed, what is noise, and what an old file can still say. */
import assert from 'node:assert/strict';
import { compare, compareLines } from '../../bench/measure/compare';
import type { Figure, JudgedBy, Results, Run, Yardstick } from '../../bench/measure/figures';
import { readResults, readRow } from '../../bench/measure/results';

const calm: Yardstick = { samples: 9, cpuMs: 25, wallMs: 25, strays: 0.02, flushMs: 1, lateMs: 0 };
const twice: Yardstick = { ...calm, wallMs: 50 };

function figure(runs: readonly (number | Run)[], more: Partial<Figure> = {}): Figure {
  return {
    ...{ bench: 'b', name: 'n', unit: 's', better: 'lower' },
    runs: runs.map((run) => (typeof run === 'number' ? { value: run, yardstick: calm } : run)),
    ...more,
  };
}

function results(...figures: readonly Figure[]): Results {
  const machine = { cpu: '', cores: 2, system: '', node: 'v20.1.0', load: { start: 1, end: 2 } };
  return { at: '2026-11-30T10:00:00.000Z', machine, figures };
}

const by =
  (kind: 'plain' | 'cpu' | 'wall'): (() => JudgedBy) =>
  () => ({ by: kind });

function verdict(before: Figure, after: Figure, kind: Parameters<typeof by>[0] = 'wall'): string {
  return compare(results(before), results(after), by(kind))[0]?.verdict ?? '';
}

describe('Two results of the benches', () => {
  it('differ where their spreads do not meet', () => {
    assert.equal(verdict(figure([10, 11, 12]), figure([6, 7, 8])), 'better');
    assert.equal(verdict(figure([10, 11, 12]), figure([13, 14, 15])), 'worse');
    const higher = { better: 'higher' } as const;
    assert.equal(verdict(figure([10, 11, 12], higher), figure([13, 14, 15], higher)), 'better');
  });

  it('are noise where the spreads of both cover the change', () => {
    assert.equal(verdict(figure([10, 11, 13]), figure([12, 14, 15])), 'noise');
    assert.equal(verdict(figure([10, 10, 10]), figure([5, 9, 15])), 'noise');
    assert.equal(verdict(figure([100, 100, 100]), figure([103, 103, 103])), 'noise');
  });

  it('are compared in yardsticks, so that a busy machine is no change', () => {
    const busy = [20, 22, 24].map((value) => ({ value, yardstick: twice }));
    assert.equal(verdict(figure([10, 11, 12]), figure(busy)), 'noise');
    assert.equal(verdict(figure([10, 11, 12]), figure([20, 22, 24])), 'worse');
    const rate = { better: 'higher', unit: '/s' } as const;
    const halved = [10, 11, 12].map((value) => ({ value, yardstick: twice }));
    assert.equal(verdict(figure([20, 22, 24], rate), figure(halved, rate)), 'noise');
  });

  it('of CPU time are compared by the CPU time of the yardstick', () => {
    const slower = { ...calm, cpuMs: 50, wallMs: 50 };
    const after = figure([20, 21, 22].map((value) => ({ value, yardstick: slower })));
    assert.equal(verdict(figure([10, 10.5, 11]), after, 'cpu'), 'noise');
    assert.equal(verdict(figure([10, 10.5, 11]), after, 'plain'), 'worse');
  });

  it('of one run each stray as far as the yardstick did beside them', () => {
    const strays = { ...calm, strays: 0.3 };
    const one = (value: number): Figure => figure([{ value, yardstick: strays }]);
    assert.equal(verdict(one(10), one(15)), 'noise');
    assert.equal(verdict(one(10), one(30)), 'worse');
    assert.equal(verdict(one(10), one(15), 'plain'), 'worse');
  });

  it('see a count that was 0', () => {
    assert.equal(verdict(figure([0]), figure([1]), 'plain'), 'worse');
    assert.equal(verdict(figure([0]), figure([0]), 'plain'), 'noise');
  });

  it('name rows that are new, and those gone from a bench that ran', () => {
    const before = results(figure([1], { name: 'x' }), figure([1], { bench: 'other', name: 'y' }));
    const changes = compare(before, results(figure([1])), by('wall'));
    assert.deepEqual(
      changes.map(({ name, verdict: said }) => [name, said]),
      [
        ['n', 'new'],
        ['x', 'gone'],
      ],
    );
  });

  it('say which benches only one of them has, and nothing of their rows', () => {
    const before = results(figure([1]), figure([1], { bench: 'old' }));
    const lines = compareLines(before, results(figure([1]), figure([1], { bench: 'new' })), by('wall'));
    assert.deepEqual(lines.slice(1, 4), [
      'Only in one of the two: old, new.',
      '  Nothing changed beyond the noise.',
      '  1 of 1 are noise: the change is inside the spread of both.',
    ]);
  });

  it('call a row new whose unit is another one', () => {
    assert.equal(verdict(figure([1]), figure([1000], { unit: 'ms' })), 'new');
  });

  it('print the machines, the changes and how much is noise', () => {
    const before = results(figure([10, 11, 12]), figure([5], { name: 'same' }));
    const after = results(figure([20, 22, 24]), figure([5], { name: 'same' }));
    assert.deepEqual(compareLines(before, after, by('wall')), [
      'Compared with the results of 2026-11-30T10:00:00.000Z: 2 cores, load 1.0 to 2.0, Node v20.1.0. Now: 2 cores, load 1.0 to 2.0, Node v20.1.0.',
      '  worse   b: n  11 s [10–12] → 22 s [20–24] (×2.00)',
      '  1 of 2 are noise: the change is inside the spread of both.',
      '  noise   b: same  5 s → 5 s',
    ]);
  });
});

describe('A result file', () => {
  const old = JSON.stringify({
    at: '2026-11-01T10:00:00.000Z',
    machine: { cpu: 'x', cores: 2, system: 'linux', node: 'v20.1.0' },
    rows: [{ bench: 'b', name: 'n', value: 10, unit: 's', atLeast: 12, aim: 5, peers: { other: 3 } }],
  });

  it('from before the yardstick is compared as measured, with a sentence', () => {
    const before = readResults('old.json', old);
    assert.deepEqual(before.figures[0]?.runs, [{ value: 10, peers: { other: 3 } }]);
    const lines = compareLines(before, results(figure([{ value: 20, yardstick: twice }])), by('wall'));
    assert.match(lines[0] ?? '', /load not written/);
    assert.match(lines[1] ?? '', /^The old file has no yardstick: .*as measured/);
    assert.equal(lines[2], '  worse   b: n  10 s → 20 s (×2.00)');
  });

  it('is read back as it was written', () => {
    const written = results(figure([{ value: 1, cpu: 2, peers: { p: 3 }, yardstick: calm }], { atLeast: 4 }));
    const { at, machine, figures: rows } = written;
    assert.deepEqual(readResults('new.json', JSON.stringify({ at, machine, rows })), written);
  });

  it('is refused with its name where it is something else', () => {
    for (const text of ['', '[]', '{"rows": 1}'])
      assert.throws(() => readResults('x.json', text), /x\.json is no result file/);
  });

  it('has no row without a figure', () => {
    assert.equal(readRow('b', { name: 'n', value: null, unit: 'ms' }), undefined);
    assert.equal(readRow('b', { name: 'n', runs: [{ value: 1 }, { value: null }] }), undefined);
    assert.equal(readRow('b', { value: 1 }), undefined);
  });
});
