import { strict as assert } from 'node:assert';
import { whole } from '../../../../src/captions/sliced';
import { isListFailure, listSlices } from '../../../../src/intake/list';
import { a, b, c, d, everywhere, links, read, watch } from '../../../helpers/readLists';

const uc = 'UCabcdefghijklmnopqrstuv';
const channel = `https://www.youtube.com/channel/${uc}`;

describe('An export', () => {
  it('of a Takeout playlist is its videos, without header and times', () => {
    everywhere(
      `Video ID,Playlist Video Creation Timestamp\n${a},2023-03-07T05:54:43+00:00\n${b},2023\n${c},2024\n\n\n`,
      'csv',
      [a, b, c],
    );
    everywhere(`Video-ID,Zeitstempel\n${a},2023\n`, 'csv', [a]);
    everywhere(`ID de la vidéo;Horodatage\n${a};2023\n${b};2024\n`, 'csv', [a, b]);
  });

  it('of a Takeout playlist is its videos in every language, also one that looks like an id', () => {
    for (const header of ['Identyfikator filmu', 'Идентификатор видео', '影片 ID', 'Videotunnus'])
      everywhere(
        `${header},${header} 2\n${a},2023-03-07T05:54:43+00:00\n${b},2023-03-07T05:59:58+00:00\n`,
        'csv',
        [a, b],
      );
  });

  it('of a Takeout’s playlists is these lists, without a question', () => {
    const pl = 'PLabcdefghijklmnopqrstuvwxyz0123456';
    const csv = `Playlist ID,Add new videos to top,Playlist Title (Original)\n${pl},False,swing\n`;
    const content = everywhere(csv, 'csv', [`https://www.youtube.com/playlist?list=${pl}`]);
    assert.equal(content.asksForLists, false);
  });

  it('of YouTube Studio is the videos below its row of totals', () => {
    everywhere(`Content,Video title,Views\nTotal,,100\n${a},One,50\n${b},Two,40\n${c},Three,10\n`, 'csv', [
      a,
      b,
      c,
    ]);
  });

  it('of an old Takeout playlist is its videos, not the link in its description', () => {
    everywhere(
      `Playlist ID,Channel ID,Time Created,Title,Description\nPLabc,${uc},2020-01-01,Mine,see https://example.org/about\n\nVideo ID,Time Added\n${a},2020\n${b},2021\n`,
      'csv',
      [a, b],
    );
  });

  it('of subscriptions is its channels, without a question', () => {
    const csv = everywhere(
      `Channel Id,Channel Url,Channel Title\n${uc},http://www.youtube.com/channel/${uc},One\n`,
      'csv',
      [channel],
    );
    assert.equal(csv.asksForLists, false);
    const json = `{"app_version":"0.27","subscriptions":[{"service_id":0,"url":"${channel}","name":"One"}]}`;
    assert.equal(everywhere(json, 'text', [channel]).asksForLists, false);
    everywhere(
      `{"name":"All","subscriptions":[{"id":"${uc}","name":"One","thumbnail":"https://yt3.ggpht.com/x"}]}`,
      'text',
      [channel],
    );
  });

  it('that names a video and its channel in a row means the video', () => {
    const csv = `title,video,channel,thumbnail\n"Talk, one",${watch(a)},https://www.youtube.com/@one,https://i.ytimg.com/vi/${a}/hq.jpg\n"Line\nbreak ""x""",${watch(b)},${channel},https://i.ytimg.com/vi/${b}/hq.jpg\n`;
    const content = everywhere(csv, 'csv', [a, b]);
    assert.deepEqual(
      content.jobs.map((job) => job.line),
      [2, 3],
    );
    assert.match(content.remarks.map(({ text }) => text).join(' '), /2 links were left out/);
    for (const delimiter of ['\t', ';'])
      everywhere(
        `title${delimiter}url${delimiter}channel\nx${delimiter}${watch(a)}${delimiter}${channel}\n`,
        'csv',
        [a],
      );
  });

  it('that describes a video means the video, not what its description names', () => {
    const text = `See https://youtu.be/${c} and https://www.youtube.com/@one`;
    const csv = `url,title,description\n${watch(a)},One,"${text}"\n${watch(b)},Two,\n`;
    assert.match(
      everywhere(csv, 'csv', [a, b])
        .remarks.map((one) => one.text)
        .join(' '),
      /description of a video/,
    );
    const item = (id: string): object => ({
      snippet: { description: text, resourceId: { kind: 'youtube#video', videoId: id } },
    });
    everywhere(JSON.stringify({ items: [item(a), item(b)] }), 'text', [a, b]);
    // Where nothing else names a video, the description is what there is.
    everywhere(JSON.stringify([{ description: `See https://youtu.be/${c}` }, { videoId: a }]), 'text', [
      c,
      a,
    ]);
  });

  it('of Piped names its videos by their path', () => {
    everywhere(JSON.stringify({ videos: [`/watch?v=${a}`, `/watch?v=${b}`] }), 'text', [a, b]);
  });

  it('of a watch history means the videos, not the channels under them', () => {
    const history = [a, b].map((id) => ({
      header: 'YouTube',
      title: 'Watched',
      titleUrl: watch(id),
      subtitles: [{ name: 'One', url: channel }],
    }));
    everywhere(JSON.stringify(history, undefined, 2), 'text', [a, b]);
  });

  it('of yt-dlp is the page it describes, whatever addresses it contains', () => {
    const info = {
      id: a,
      extractor: 'youtube',
      formats: [
        { url: 'https://rr3.googlevideo.com/videoplayback?x=1', manifest_url: 'https://m.example.org/a.mpd' },
      ],
      thumbnails: [{ url: 'https://i.ytimg.com/vi/x/hq.webp' }],
      channel_url: channel,
      subtitles: { en: [{ url: 'https://www.youtube.com/api/timedtext?v=x' }] },
      webpage_url: watch(a),
      original_url: watch(a),
    };
    everywhere(JSON.stringify(info), 'text', [a]);
    everywhere(
      JSON.stringify({
        id: 'PLx',
        webpage_url: 'https://www.youtube.com/playlist?list=PLx',
        entries: [info],
      }),
      'text',
      [a],
    );
    everywhere(
      [a, b].map((id) => JSON.stringify({ _type: 'url', ie_key: 'Youtube', id, url: id })).join('\n'),
      'text',
      [a, b],
    );
  });

  it('of FreeTube, Invidious and plain arrays is videos by their ids', () => {
    everywhere(
      `{"playlistName":"Later","videos":[{"videoId":"${a}","title":"x","author":"One","authorId":"${uc}"},{"videoId":"${b}"}]}\n`,
      'text',
      [a, b],
    );
    everywhere(`{"watch_history":["${a}"],"playlists":[{"title":"x","videos":["${b}"]}]}`, 'text', [a, b]);
    everywhere(`["${a}","${b}","${c}"]`, 'text', [a, b, c]);
  });

  it('that is broken off is read up to there', () => {
    assert.deepEqual(links(read(`[{"url":"${watch(a)}"},{"url":"${watch(b)}"},{"ur`)), [a, b]);
  });

  it('of a chat means the link, not its preview', () => {
    everywhere(
      JSON.stringify({
        messages: [
          {
            content: `look ${watch(a)}`,
            embeds: [
              { url: watch(a), thumbnail: { url: 'https://i.ytimg.com/x.jpg' }, author: { url: channel } },
            ],
          },
          { text: [{ type: 'link', text: `https://youtu.be/${b}` }] },
        ],
      }),
      'text',
      [a, b],
    );
  });
});

describe('A column or line of nothing but ids', () => {
  it('is videos from three on, under a header from the first', () => {
    everywhere(`${a}\n${b}\n${c}\n`, 'text', [a, b, c]);
    everywhere(`${a}, ${b}, ${c}`, 'text', [a, b, c]);
    everywhere(`  "${a}",\n  '${b}',\n  "${c}"\n`, 'text', [a, b, c]);
    everywhere(`x\t${a}\ny\t${b}\nz\t${c}\n`, 'csv', [a, b, c]);
    everywhere(`youtube ${a}\nyoutube ${b}\nvimeo 76979871\n`, 'text', [a, b, 'https://vimeo.com/76979871']);
  });

  it('may be ids of channels and playlists, which are clear alone', () => {
    const pl = 'PLabcdefghijklmnopqrstuvwxyz0123456';
    everywhere(`${uc}\n${pl}\n`, 'text', [channel, `https://www.youtube.com/playlist?list=${pl}`]);
  });

  it('does not count where there are fewer, or words and numbers of eleven characters', () => {
    for (const text of [
      `some words\n${a}\n`,
      'programming\nconsolation\nunavoidable\n',
      '49151234567\n49151234568\n49151234569\n',
    ])
      assert(isListFailure(whole(listSlices(text, { format: 'text' }))), text);
  });

  it('beside links is read, and so is an address without a scheme', () => {
    everywhere(`https://youtu.be/${a}\n9bZkp7q19f0\nvimeo.com/76979871\n`, 'text', [
      a,
      '9bZkp7q19f0',
      'https://vimeo.com/76979871',
    ]);
  });

  it('among words is named with its line', () => {
    const { remarks } = read(`Some words about https://youtu.be/${a} here.\n9bZkp7q19f0\n`);
    assert.deepEqual(
      remarks.map(({ line, text }) => [line, text.includes('9bZkp7q19f0')]),
      [[2, true]],
    );
  });
});

describe('A list with an entry on each line', () => {
  const batch = `# my downloads\n${watch(a)}\n#${watch(b)}\n; ${watch(c)}\n] ${watch(d)}\n# @limit 5\n# @lang de\nhttps://www.youtube.com/@one   # only new ones\n`;

  it('keeps its comments and directives, whatever it is called', () => {
    const content = everywhere(batch, 'text', [a, 'https://www.youtube.com/@one']);
    assert.deepEqual(content.settings, { 'lists.limit': 5, languages: ['de'] });
    assert.equal(content.asksForLists, false);
    assert.deepEqual(links(read(batch, 'urls')), links(content));
  });

  it('names lines that are no entry, where they are few', () => {
    const content = read(`${watch(a)}\n${watch(b)}\nnot yet\n`);
    assert.deepEqual(links(content), [a, b]);
    assert.deepEqual(
      content.remarks.map(({ line }) => line),
      [3],
    );
  });

  it('may be an M3U file, with local files in it', () => {
    everywhere(
      `#EXTM3U\n#EXTINF:10 tvg-logo="https://x.org/l.png",A - B\nhttps://example.org/a.mp3\nMy Talk.mp3\n`,
      'text',
      ['https://example.org/a.mp3', 'file:///lists/My%20Talk.mp3'],
    );
    const stream = whole(
      listSlices('#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nseg1.ts\n', { format: 'text' }),
    );
    assert(isListFailure(stream));
    assert.match(stream.message, /one stream/);
  });

  it('has links commented out in running text left alone, and says so', () => {
    const content = read(`Talks: see ${watch(a)} first\n# ${watch(b)}\n# @limit 5\n`);
    assert.deepEqual(links(content), [a]);
    assert.match(
      content.remarks.map(({ text }) => text).join('\n'),
      /@limit has no effect[^]*1 link is commented out/,
    );
  });
});

describe('Lists of lists', () => {
  it('in OPML are the feeds, not the pages', () => {
    const opml = `<?xml version="1.0"?>\n<opml version="2.0"><head><ownerId>http://example.org/me</ownerId></head><body>\n<outline text="pods"><outline type="rss" text="A" xmlUrl="https://example.org/show/mp3" htmlUrl="https://example.org/"/>\n<outline text="B & C" XMLURL='https://rss.example.net/1.rss?a=1&b=2'/>\n<outline xmlUrl="https://www.youtube.com/feeds/videos.xml?channel_id=${uc}"/></outline></body></opml>`;
    const content = everywhere(opml, 'text', [
      'https://example.org/show/mp3',
      'https://rss.example.net/1.rss?a=1&b=2',
      channel,
    ]);
    assert(content.jobs.every(({ link }) => link.kind === 'list'));
    assert.equal(content.asksForLists, false);
  });

  it('in running text are asked for, beside videos and alone', () => {
    assert.equal(read(`See ${watch(a)} by https://www.youtube.com/@one.`).asksForLists, true);
    assert.equal(read('All of https://www.youtube.com/@one is good.').asksForLists, true);
    assert.equal(read(`See ${watch(a)}.`).asksForLists, false);
    assert.equal(read('https://www.youtube.com/@one').asksForLists, false);
  });
});

describe('Shortcuts and bookmarks', () => {
  it('are the address they open', () => {
    everywhere(
      `<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>URL</key><string>${watch(a)}&amp;t=1</string></dict></plist>`,
      'text',
      [a],
    );
    everywhere(
      `[InternetShortcut]\r\nURL=${watch(a)}\r\nIconFile=https://www.youtube.com/favicon.ico\r\n`,
      'text',
      [a],
    );
    everywhere(`[Desktop Entry]\nType=Link\nIcon=https://x.org/i\nURL=https://vimeo.com/1\n`, 'text', [
      'https://vimeo.com/1',
    ]);
    const binary = Buffer.concat([
      Buffer.from('bplist00\xd1\x01\x02SURL_\x10+', 'latin1'),
      Buffer.from(watch(a)),
      Buffer.from([0x08, 0x0b, 0x0f, 0, 0, 0, 0, 0, 0, 1, 1]),
    ]);
    assert.deepEqual(links(read(binary)), [a]);
  });

  it('of a browser are their links, without icons', () => {
    everywhere(
      `<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><A HREF="${watch(a)}" ICON_URI="https://www.youtube.com/s/favicon" ICON="data:image/png;base64,xx">A</A>\n<DT><A HREF="https://vimeo.com/1">B</A>\n<DT><A HREF="javascript:location='https://b.org/?u='+1">C</A>\n</DL>`,
      'text',
      [a, 'https://vimeo.com/1'],
    );
    everywhere(
      `<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>https://example.org/a.mp3</location><image>https://example.org/a.jpg</image></track></trackList></playlist>`,
      'text',
      ['https://example.org/a.mp3'],
    );
  });
});

describe('Markdown and web pages', () => {
  it('give videos and no pictures, badges, documents or encyclopedias', () => {
    const content = everywhere(
      `# Talks\n[![A](https://img.youtube.com/vi/${a}/0.jpg)](${watch(a)})\n![b](https://img.shields.io/badge/x-y.svg) ![p](https://example.org/p.png) [paper](https://example.org/paper.pdf)\n{{< youtube ${b} >}} {% youtube ${c} %} <lite-youtube videoid="${d}">\n[x](https://en.wikipedia.org/wiki/Foo_(bar))\n<!-- ${watch('9bZkp7q19f0')} -->\n`,
      'text',
      [a, b, c, d],
    );
    assert.match(content.remarks.map(({ text }) => text).join(' '), /5 links were passed over/);
  });

  it('give none of the pages around videos', () => {
    const pages = [
      'https://www.youtube.com/',
      'https://www.youtube.com/feed/subscriptions',
      'https://www.youtube.com/results?search_query=x',
      'https://www.youtube.com/post/Ugkx',
      'https://myaccount.google.com/activitycontrols',
      'https://www.google.com/search?q=x',
    ];
    const clip = 'https://www.youtube.com/clip/UgkxU2HSeGL';
    assert.deepEqual(links(read(`${pages.join(' and ')} but ${watch(a)} and ${clip}`)), [a, clip]);
    const history = [...pages, watch(b)].map((titleUrl) => ({ title: 'Watched', titleUrl }));
    everywhere(JSON.stringify(history), 'text', [b]);
  });

  it('may have addresses that were broken before the id, and lines that go on', () => {
    const pdf = `1. One: https://www.youtube.com/\nwatch?v=${a} and\nhttps://www.youtube.com/watch?\n> v=${b}&t=3\nhttps://youtu.be/\n${c}\n`;
    everywhere(pdf, 'text', [a, b, c]);
    everywhere(`https://www.youtube.com/\nprogramming words https://youtu.be/${a}\n`, 'text', [a]);
    const folded = `BEGIN:VCALENDAR\r\nDESCRIPTION:see https://youtu.\r\n be/${a}\\, then\\nhttps://youtu.be/${b}\r\nEND:VCALENDAR\r\n`;
    everywhere(folded, 'text', [a, b]);
    everywhere(`<p>https&#58;//youtu.be/${a}</p> &lt;https:&#x2F;&#x2F;youtu.be/${b}&gt;`, 'text', [a, b]);
  });

  it('name a video by its id in players and directives', () => {
    everywhere(
      `words\n{{#ev:youtube|${a}}} <youtube>${b}</youtube>\n[media=youtube]${c}[/media] <YouTube id="${d}" />\n`,
      'text',
      [a, b, c, d],
    );
    everywhere(`<script>var x = {"videoId":"${a}"}; y = { ytId: '${b}' };</script>`, 'text', [a, b]);
    everywhere(
      `title: x\nyoutube: ${a}\n  - videoId: "${b}" # one\nyt_id = '${c}',\nvideo: programming\n`,
      'text',
      [a, b, c],
    );
    everywhere(
      `<div data-video-id="${a}"></div> [video=youtube]${b}[/video]\nvideo::${c}[youtube]\n.. youtube:: ${d}\n`,
      'text',
      [a, b, c, d],
    );
  });

  it('do not take name spaces, scripts and icons for videos', () => {
    assert.deepEqual(
      links(
        read(
          `<html xmlns="http://www.w3.org/1999/xhtml"><script src="https://cdn.example.org/x"></script><img src="https://cdn.example.org/pic"><link rel="icon" href="https://example.org/i"><a href="https://example.org/talk">t</a></html>`,
        ),
      ),
      ['https://example.org/talk'],
    );
  });
});
