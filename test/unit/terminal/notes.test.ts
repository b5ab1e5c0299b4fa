// `notes` in the terminal: what is said before anything is sent, and that Ctrl-C while the transcripts are read ends
// it.
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../src/engine/api';
import type { NotesPlan } from '../../../src/library/notes/notesPlan';
import { failure, FailureError } from '../../../src/model/failure';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import type { Console } from '../../../src/terminal/console';
import { startProblem, type ExitCode } from '../../../src/terminal/exitCodes';
import { notesAfter, notesAfterResume, writeNotes } from '../../../src/terminal/notes';

const plan: NotesPlan = {
  request: { name: 'talks: notes', outputFolder: '/out/talks', jobs: [], settings: defaultSettings },
  origin: 'https://chat.example',
  model: 'tiny',
  template: 'study',
  videos: 5,
  current: 3,
  without: 1,
  tokens: 12_000,
  requests: 4,
  isFree: true,
};

describe('notes in the terminal', () => {
  let said: string[];
  let interrupt: () => void;
  const consoleOf = (more: Partial<Console> = {}): Console => ({
    words: (line) => void said.push(line),
    problem: (line) => void said.push(line),
    columns: () => 80,
    quiet: false,
    onInterrupt: (act) => {
      interrupt = act;
      return () => undefined;
    },
    ...more,
  });
  beforeEach(() => (said = []));

  it('says how many are asked about, and how many have such notes already', async () => {
    const world = {
      console: consoleOf(),
      plan: () => Promise.resolve(plan),
      start: () => Promise.resolve(0),
    };
    assert.equal(await writeNotes(false, { ...world, start: () => Promise.resolve(1) }), 1);
    assert.match(said[0] ?? '', /about 2 transcripts by tiny at https:\/\/chat\.example: 4 requests/);
    assert.match(said[1] ?? '', /^3 transcripts have notes \(study\) by tiny already/);
    assert.match(said[2] ?? '', /1 video of the batch has no transcript/);
  });

  it('tells of a dry run also where it is to be quiet, and starts nothing', async () => {
    const start = (): never => assert.fail('started');
    const world = { console: consoleOf({ quiet: true }), plan: () => Promise.resolve(plan), start };
    assert.equal(await writeNotes(true, world), 0);
    assert.equal(said.length, 3);
  });

  it('come after a run that wants them, where the model is free or paid work is agreed to', async () => {
    const { state } = { state: { counts: { completed: 2, skipped: 0 } } };
    const ended = { folder: '/out/talks', state } as BatchHandle;
    const run = (done: (batch: BatchHandle) => void): Promise<ExitCode> => {
      done(ended);
      return Promise.resolve(0);
    };
    const after = async (more: Partial<Settings>, of: Partial<NotesPlan>): Promise<string> => {
      const started: string[] = [];
      said = [];
      const code = await notesAfter({ ...defaultSettings, ...more }, run, () => ({
        console: consoleOf(),
        plan: () => Promise.resolve({ ...plan, ...of }),
        start: () => {
          started.push('started');
          return Promise.resolve(3 as const);
        },
      }));
      return [
        ...started,
        code,
        ...(said.some((line) => line.includes('bulk-transcribe notes')) ? ['told'] : []),
      ].join();
    };
    assert.equal(await after({}, {}), '0');
    assert.equal(await after({ 'notes.auto': true }, {}), 'started,3');
    assert.equal(await after({ 'notes.auto': true }, { isFree: false }), '0,told');
    assert.equal(await after({ 'notes.auto': true, 'paid.maxCost': 1 }, { isFree: false }), 'started,3');
  });

  it('come after a resume of a batch that was started with them, and not of one from elsewhere', async () => {
    const after = async (batch: Partial<BatchHandle>, own: Partial<Settings>): Promise<string> => {
      const ended = {
        folder: '/out/talks',
        state: { settings: own, counts: { completed: 2, skipped: 0 } },
        ...batch,
      } as BatchHandle;
      const started: string[] = [];
      const resume = (done: (batch: BatchHandle) => void): Promise<ExitCode> => {
        done(ended);
        return Promise.resolve(0);
      };
      await notesAfterResume(defaultSettings, resume, (folder, settings) => ({
        console: consoleOf(),
        plan: () => Promise.resolve(plan),
        start: () => {
          started.push(`${folder} ${settings['notes.template']}`);
          return Promise.resolve(0);
        },
      }));
      return started.join();
    };
    const wanted: Partial<Settings> = { 'notes.auto': true, 'notes.template': 'summary' };
    assert.equal(await after({}, wanted), '/out/talks summary');
    assert.equal(await after({}, {}), '');
    assert.equal(await after({ foreign: true }, wanted), '');
    assert.equal(await after({ folder: '/out/talks/.notes' }, wanted), '');
  });

  it('shows how far it has read, and ends with 130 at Ctrl-C', async () => {
    const drawn: string[] = [];
    const redraw = (text: string): void => void drawn.push(text);
    const code = await writeNotes(false, {
      console: consoleOf({ redraw }),
      plan: (signal, onProgress) => {
        onProgress(1, 2);
        interrupt();
        assert.ok(signal.aborted);
        throw new FailureError(failure('cancelled', 'Cancelled.'));
      },
      start: () => assert.fail('started'),
    });
    assert.equal(code, 130);
    assert.deepEqual(drawn, ['Reading transcripts: 1 of 2 · 50 %', '']);
    assert.deepEqual(said, ['Interrupted. Nothing was sent.']);
  });

  it('ends with 2 where no model is set up, and where a template is wrong', () => {
    for (const subject of ['notes-setup', 'notes-template'])
      assert.deepEqual(startProblem(failure('unsupported', 'x', { subject })), { exit: 2, code: 'usage' });
    assert.equal(startProblem(failure('unsupported', 'x', { subject: 'notes-model' })).exit, 1);
  });
});
