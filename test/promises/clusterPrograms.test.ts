/**
 * Programs on a helper that the owner lacks: a current yt-dlp with its real extractors, ffmpeg, and a `whisper-cli`.
 * All they ask goes through the helper's own proxy, because a helper fetches nothing from a private address.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterRig, type Machine } from '../helpers/clusterRig';
import { speak } from '../helpers/toneWords';
import { placeWhisper } from '../helpers/whisperStandIn';
import { program } from '../programs/find';
import { Internet, type Site } from '../servers/internet';

const captions =
  'WEBVTT\n\n00:00.000 --> 00:02.000\nWords of the page.\n\n00:02.000 --> 00:04.000\nAnd more.\n';
const page =
  '<!doctype html><html><head><title>A talk</title></head><body><video src="/talk.mp4">' +
  '<track kind="subtitles" srclang="en" label="English" src="/talk.vtt"></video></body></html>';

describe('programs that only a helper has', () => {
  const sound = speak(4);
  let rig: ClusterRig;
  let internet: Internet;
  let owner: Machine;

  before(async () => {
    const pages: Site = (request, response) => {
      const [type, body] = request.url?.endsWith('.vtt')
        ? ['text/vtt', captions]
        : request.url?.endsWith('.mp4')
          ? ['video/mp4', 'no video']
          : ['text/html', page];
      response.writeHead(200, { 'content-type': type }).end(body);
    };
    const sounds: Site = (_request, response) =>
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(sound.wav);
    internet = await Internet.start({ 'video.example': pages, 'sound.example': sounds });
    rig = await ClusterRig.start();
    const whisper = placeWhisper(rig.root, 'ok');
    await rig.helper(
      'a',
      set({
        'ytDlp.path': program('yt-dlp'),
        'whisper.path': whisper.program,
        'whisper.model': whisper.model,
        proxies: internet.address,
      }),
      { sources: 'yt-dlp,whisper' },
    );
    const list = join(rig.root, 'programs.urls');
    writeFileSync(list, 'http://video.example/talk\nhttp://sound.example/talk.wav\n');
    const missing = join(rig.root, 'missing');
    owner = rig.run(list, set({ 'ytDlp.path': missing, 'whisper.path': missing, 'whisper.model': missing }), {
      sources: 'yt-dlp,whisper',
    });
    await owner.ended;
  });
  after(async () => {
    await rig.close();
    await internet.close();
  });

  for (const [row, source, words] of [
    [0, 'yt-dlp', /Words of the page\. And more\./],
    [1, 'whisper', /\b0 1 2 3\b/],
  ] as const)
    it(`are used there, and what ${source} brings is written here`, () => {
      const video = rig.videos('programs')[row];
      assert.equal(video?.source, source, owner.said);
      assert.ok(video.via_machine !== undefined);
      assert.match(readFileSync(join(rig.output, 'programs', String(video.output_file)), 'utf8'), words);
    });
});

/** Settings as arguments. */
function set(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
}
