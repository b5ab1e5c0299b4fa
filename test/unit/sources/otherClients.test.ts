/** Third-party programs must read the stand-in as they read YouTube, before it may judge our own. */
import { strict as assert } from 'node:assert';
import { YoutubeTranscript } from 'youtube-transcript';
import { fetchTranscript } from 'youtube-transcript-plus';
import { YouTubeStandIn } from '../../servers/youtube';
import { idFor, spokenLines, standInVideo } from '../../servers/youtubeVideos';

const site = 'https://www.youtube.com';

describe('the stand-in for YouTube, read by others', () => {
  let standIn: YouTubeStandIn;
  before(async () => {
    standIn = await YouTubeStandIn.start();
  });
  after(() => standIn.close());

  /** fetch with YouTube's address replaced on the way out and put back on the way in. */
  const moved = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const answer = await fetch(String(input).replace(site, standIn.origin), init);
    const text = (await answer.text()).replaceAll(standIn.origin, site);
    return new Response(text, { status: answer.status, headers: { 'content-type': 'text/html' } });
  };
  const unescaped = (text: string): string =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  const lines = (id: string, language: string): string[] =>
    spokenLines(standInVideo(id), language).map(({ text }) => text);

  for (const [id, language] of [
    ['dQw4w9WgXcQ', 'en'],
    ['aBcDeFgHiJk', 'de'],
    [idFor('asronly'), 'en'],
    [idFor('manual'), 'ar'],
    [idFor('onlyxmlcap'), 'en'],
  ] as const) {
    it(`youtube-transcript reads ${id} in ${language}`, async () => {
      const found = await YoutubeTranscript.fetchTranscript(id, { lang: language, fetch: moved });
      assert.deepEqual(
        // It undoes the second escaping of the oldest form for all but the ampersand.
        found.map(({ text }) => (id === idFor('onlyxmlcap') ? unescaped(text) : text)),
        lines(id, language),
      );
      const isOldForm = id === idFor('onlyxmlcap');
      const [first] = spokenLines(standInVideo(id), language);
      assert.equal(found[0]?.offset, isOldForm ? (first?.startMs ?? 0) / 1000 : first?.startMs);
    });

    it(`youtube-transcript-plus reads ${id} in ${language}`, async () => {
      const found = await fetchTranscript(id, {
        lang: language,
        videoFetch: ({ url }) => moved(url),
        transcriptFetch: ({ url }) => moved(url),
        playerFetch: ({ url, body, headers }) =>
          moved(url, { method: 'POST', body: body ?? '', headers: headers ?? {} }),
      });
      assert.deepEqual(
        // It asks for the oldest form, which is escaped twice, and undoes that once.
        found.map(({ text }) => unescaped(text)),
        lines(id, language),
      );
      assert.equal(found[0]?.offset, (spokenLines(standInVideo(id), language)[0]?.startMs ?? 0) / 1000);
    });
  }
});
