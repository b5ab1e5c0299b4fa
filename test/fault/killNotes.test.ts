// kill -9 of the terminal program while notes are written in pieces, at a server of one's own and at a paid service:
// no answer is paid for twice, no note is half-written, and a resume goes on where the answers on disk end.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatServer } from '../servers/chat';
import { Internet } from '../servers/internet';
import { Rig, type Call } from './rig';

/** Kills in a run: a few with every test run, `KILLS=100` for the long one. */
const kills = Number(process.env.KILLS ?? 5);
const videos = 6;
/** The model reads so little that a transcript goes in several pieces. */
const context = 4000;
const cues = 240;

describe('kill -9 of the terminal program while notes are written in pieces', function () {
  this.timeout(120_000 + kills * 10_000);
  let rig: Rig;
  let chat: ChatServer;
  let internet: Internet;

  before(async () => {
    rig = await Rig.start(1);
  });
  beforeEach(async () => {
    chat = await new ChatServer({ context, delayMs: 25 }).start();
    internet = await Internet.start({ 'chat.example': (request, response) => chat.site(request, response) });
  });
  afterEach(async () => {
    await chat.close();
    await internet.close();
  });
  after(() => rig.close());

  /** A batch of finished transcripts, made by the program. */
  const transcripts = async (name: string): Promise<string> => {
    const lists = join(rig.root, name);
    mkdirSync(lists);
    for (let video = 0; video < videos; video += 1)
      writeFileSync(join(lists, `talk ${video}.srt`), subtitles(`talk ${video}`));
    const list = join(lists, `${name}.urls`);
    writeFileSync(list, Array.from({ length: videos }, (_, at) => `talk ${at}.srt\n`).join(''));
    const call = rig.run(list, '--sources', 'subtitleFile');
    assert.equal(await call.ended, 0, call.words());
    return rig.folder(name);
  };
  const killed = async (begin: () => Call): Promise<void> => {
    for (let kill = 0; kill < kills; kill += 1) {
      const call = begin();
      await call.until(({ type }) => type === 'batch').catch(() => undefined);
      const timer = setTimeout(() => call.child.kill('SIGKILL'), 100 + Math.random() * 400);
      await call.ended;
      clearTimeout(timer);
    }
  };
  const twice = (): number => chat.answered.length - new Set(chat.answered).size;

  it(`asks a server of one's own again only for what was under way (${kills} kills)`, async () => {
    const folder = await transcripts('own');
    const options = [
      ...['--set', `notes.endpoint=${chat.endpoint}`, '--set', 'notes.model=tiny'],
      ...['--set', `notes.contextTokens=${context}`],
    ];
    await killed(() => rig.call(['notes', folder, ...options]));
    // One that was alone at two kills is left out until the user wants it again.
    const last = rig.call(['retry', join(folder, '.notes'), ...options]);
    assert.equal(await last.ended, 0, last.words());
    console.log(`      ${kills} kills, ${chat.answered.length} answered, ${twice()} of them twice`);
    assert.ok(twice() <= kills * 4, 'only requests that were under way are asked again');
    assert.equal(wholeNotes(folder), videos);
  });

  it(`pays for no answer twice, and calls one of unknown outcome by its name (${kills} kills)`, async () => {
    const folder = await transcripts('paid');
    const options = [
      ...['--set', 'notes.endpoint=http://chat.example/v1', '--set', 'notes.model=tiny', '--yes'],
      ...['--set', `notes.contextTokens=${context}`, '--set', 'notes.pricePerMillionTokens=1'],
      ...['--set', `proxies=["${internet.address}"]`],
    ];
    await killed(() => rig.call(['notes', folder, ...options]));
    const last = rig.call(['resume', join(folder, '.notes'), ...options]);
    await last.ended;
    const failed = last.lines.filter(({ status }) => status === 'failed');
    const summary = last.lines.at(-1);
    const written = wholeNotes(folder);
    const uncertain = readFileSync(join(folder, '.notes', 'report.md'), 'utf8').match(
      /May have been charged/g,
    );
    console.log(
      `      ${kills} kills, ${chat.answered.length} answered, ${twice()} twice; ${written} written, ${String(summary?.failed)} maybe charged`,
    );
    assert.equal(twice(), 0, 'paid for twice');
    assert.equal(written + Number(summary?.failed), videos, last.words());
    // One that was alone at two kills is left out as well.
    for (const { error_code: code } of failed) assert.ok(code === 'maybe-charged' || code === 'internal');
    assert.ok(Number(summary?.failed) === 0 || uncertain !== null);
  });
});

/** Notes in the folder; each is whole: its own text has the digest that its head names. */
function wholeNotes(folder: string): number {
  const names = readdirSync(folder).filter((name) => name.endsWith('.notes.md'));
  for (const name of names) {
    const text = readFileSync(join(folder, name), 'utf8');
    const [line = '', digest] = /^written: "([0-9a-f]{16})"\n/m.exec(text) ?? [];
    const own = createHash('sha256').update(text.replace(line, '')).digest('hex').slice(0, 16);
    assert.equal(own, digest, name);
  }
  return names.length;
}

function subtitles(title: string): string {
  const time = (seconds: number): string =>
    `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')},000`;
  return Array.from(
    { length: cues },
    (_, at) =>
      `${at + 1}\n${time(at * 5)} --> ${time(at * 5 + 5)}\nSentence ${at} of ${title} is about the second law of nature.\n\n`,
  ).join('');
}
