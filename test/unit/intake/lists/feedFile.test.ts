import { strict as assert } from 'node:assert';
import { whole } from '../../../../src/captions/sliced';
import { isListFailure, listSlices } from '../../../../src/intake/list';
import type { Link } from '../../../../src/model/link';

function linksIn(text: string): Link[] {
  const content = whole(listSlices(text, { format: 'text', name: 'feed', folder: '/lists', style: 'posix' }));
  assert(!isListFailure(content));
  return content.jobs.map(({ link }) => link);
}

describe('A saved feed that is given as a list', () => {
  it('is its entries, not every link in them', () => {
    const links =
      linksIn(`<?xml version="1.0"?><rss version="2.0"><channel><title>Show</title><link>https://e.org/</link>
<image><url>https://e.org/i.png</url></image><atom:link rel="self" href="https://e.org/show/feed.xml"/>
<item><link>https://e.org/1</link><description>&lt;a href="https://other.org/x"&gt;x&lt;/a&gt; https://other.org/y</description>
<enclosure url="e1.mp3" type="audio/mpeg"/><podcast:transcript url="t/e1.html" type="text/html"/><podcast:transcript url="t/e1.vtt" type="text/vtt"/></item>
<item><link>https://e.org/2</link><enclosure url="https://e.org/e2?a=1&amp;b=2" type="audio/mpeg"/></item>
<item><guid>https://e.org/3</guid></item></channel></rss>`);
    assert.deepEqual(
      links.map(({ kind, url, episode }) => [kind, url, episode]),
      [
        ['subtitle', 'https://e.org/show/t/e1.vtt', 'https://e.org/show/e1.mp3'],
        ['media', 'https://e.org/e2?a=1&b=2', undefined],
        ['page', 'https://e.org/3', undefined],
      ],
    );
  });

  it('may be Atom, and YouTube’s own', () => {
    const links =
      linksIn(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="y"><link rel="alternate" href="https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"/>
<entry><yt:videoId>dQw4w9WgXcQ</yt:videoId><link rel="alternate" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/></entry>
<entry><link href="https://e.org/p"/><link rel="enclosure" href="https://e.org/a.mp3"/></entry></feed>`);
    assert.deepEqual(
      links.map(({ kind, url }) => [kind, url]),
      [
        ['youtube', 'https://www.youtube.com/watch?v=dQw4w9WgXcQ'],
        ['media', 'https://e.org/a.mp3'],
      ],
    );
  });

  it('takes no picture for an episode, and starts relative addresses from its site', () => {
    const links =
      linksIn(`<rss version="2.0"><channel><title>Show</title><link>https://e.org/show/</link><language>en-gb</language>
<item><link>https://e.org/1</link><enclosure url="https://e.org/1.jpg" type="image/jpeg"/></item>
<item><enclosure url="2.mp3" type="audio/mpeg"/></item>
<item><link>https://e.org/3</link><media:group><media:content url="https://e.org/3.mp4" type="video/mp4"/><media:content url="https://e.org/3.png" medium="image"/></media:group></item>
<item><enclosure url="https://e.org/4.mp3"/><podcast:transcript url="https://e.org/4.de.vtt" language="de"/><podcast:transcript url="https://e.org/4.en.vtt" language="en"/></item></channel></rss>`);
    assert.deepEqual(
      links.map(({ kind, url }) => [kind, url]),
      [
        ['page', 'https://e.org/1'],
        ['media', 'https://e.org/show/2.mp3'],
        ['media', 'https://e.org/3.mp4'],
        ['subtitle', 'https://e.org/4.en.vtt'],
      ],
    );
  });

  it('tells of entries that name no address', () => {
    const text = `<rss version="2.0"><channel><item><title>x</title><guid>7</guid></item>
<item><link>https://e.org/1</link></item></channel></rss>`;
    const content = whole(listSlices(text, { format: 'text' }));
    assert(!isListFailure(content));
    assert.deepEqual(content.remarks, [
      { line: 1, text: '1 entry was left out: no web address is named that may be followed.' },
    ]);
  });
});
