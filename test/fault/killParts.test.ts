import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { speak } from '../helpers/toneWords';
import { placeWhisper } from '../helpers/whisperStandIn';
import { OpenAiServer } from '../servers/openai';
import { Rig, type Call } from './rig';

describe('kill -9 of the terminal program in the middle of a long sound', function () {
  this.timeout(120_000);
  const spoken = speak(880);
  const words = spoken.words.map(({ word }) => String(word));
  let rig: Rig;

  before(async () => (rig = await Rig.start(0)));
  after(() => rig.close());

  const list = (name: string): string => {
    const sound = join(rig.root, `${name}.wav`);
    writeFileSync(sound, spoken.wav);
    const path = join(rig.root, `${name}.urls`);
    writeFileSync(path, `${sound}\n`);
    return path;
  };
  const keptIn = (name: string): readonly string[] =>
    existsSync(rig.folder(name))
      ? readdirSync(rig.folder(name)).filter((file) => file.startsWith('.parts-'))
      : [];
  /** The words of the transcript, each once and in order. */
  const transcribed = (name: string): readonly string[] => {
    const [file = ''] = readdirSync(rig.folder(name)).filter((one) => one.endsWith('.srt'));
    return readFileSync(join(rig.folder(name), file), 'utf8')
      .split(/\n\n+/)
      .flatMap((cue) => cue.split('\n').slice(2).join(' ').match(/\d+/g) ?? []);
  };
  /** Rejects where the program ends before. */
  const until = async (call: Call, what: () => boolean): Promise<void> => {
    let over = false;
    void call.ended.then(() => (over = true));
    while (!what()) {
      assert.ok(!over, call.words());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('lets whisper.cpp go on at the part that was not finished', async () => {
    const { program, model } = placeWhisper(rig.root, 'ok');
    const log = join(rig.root, 'starts');
    const stuck = join(rig.root, 'stuck');
    const real = `${program}-real`;
    writeFileSync(real, readFileSync(program));
    // From the second part on it works for ever, as a slow engine does until it is killed.
    const lines = [`echo start >> "${log}"`, `[ -e "${stuck}" ] && [ -s "${stuck}" ] && exec sleep 100`];
    writeFileSync(
      program,
      ['#!/bin/sh', ...lines, `echo on > "${stuck}"`, `exec "${real}" "$@"`, ''].join('\n'),
    );
    for (const file of [program, real]) chmodSync(file, 0o755);
    const options = [
      ...['--sources', 'whisper', '--formats', 'srt'],
      ...['--set', `whisper.path=${program}`, '--set', `whisper.model=${model}`],
    ];
    const path = list('engine');
    const first = rig.run(path, ...options);
    const starts = (): number => readFileSync(log, 'utf8').split('\n').length - 1;
    await until(first, () => existsSync(log) && starts() === 2);
    first.child.kill('SIGKILL');
    await first.ended;
    assert.equal(keptIn('engine').length, 1);
    // Now it works as it should.
    writeFileSync(program, ['#!/bin/sh', lines[0], `exec "${real}" "$@"`, ''].join('\n'));
    const again = rig.run(path, ...options);
    assert.equal(await again.ended, 0, again.words());
    // The first part is done. How long the others are follows from the speed that it has shown.
    assert.ok(starts() === 3 || starts() === 4, `${starts()} starts: the first part was begun again`);
    assert.deepEqual(transcribed('engine'), words);
    assert.deepEqual(keptIn('engine'), [], 'nothing is left of the parts');
    rmSync(stuck);
  });

  it('uploads no part again that a service has answered', async () => {
    const server = await new OpenAiServer().start();
    try {
      server.longestSeconds = 200;
      const options = [
        ...['--sources', 'openai', '--formats', 'srt', '--set', 'openai.maxUploadMB=0.9'],
        ...['--set', `openai.endpoint=${server.endpoint}`],
      ];
      const path = list('service');
      const first = rig.run(path, ...options);
      await until(first, () => server.transcribed >= 1 && keptIn('service').length === 1);
      first.child.kill('SIGKILL');
      await first.ended;
      const before = server.transcribed;
      const again = rig.run(path, ...options);
      assert.equal(await again.ended, 0, again.words());
      assert.deepEqual(transcribed('service'), words);
      // What was under way when it was killed may have been answered to nobody.
      assert.ok(server.transcribed <= before + 4, `${before}, then ${server.transcribed}`);
      assert.deepEqual(keptIn('service'), []);
    } finally {
      await server.close();
    }
  });
});
