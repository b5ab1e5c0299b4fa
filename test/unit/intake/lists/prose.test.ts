import { strict as assert } from 'node:assert';
import { a, b, c, d, everywhere, links, read, watch } from '../../../helpers/readLists';

const uc = 'UCabcdefghijklmnopqrstuv';

describe('Running text', () => {
  it('leaves links alone that comments of scripts, programs and documents disable', () => {
    const off = [
      `// "${watch(d)}",`,
      `//${watch(d)}`,
      `% \\url{${watch(d)}}`,
      `REM yt-dlp ${watch(d)}`,
      `:: ${watch(d)}`,
      `/* '${watch(d)}' */`,
      `# - ${watch(d)}`,
      `# yt-dlp "${watch(d)}"`,
      `; url=${watch(d)}`,
      `# [[${watch(d)}][off]]`,
    ];
    for (const line of off) {
      const content = everywhere(`Some words and ${watch(a)} here.\n${line}\n`, 'text', [a]);
      assert.match(content.remarks.map(({ text }) => text).join(), /1 link is commented out/, line);
    }
    everywhere(`url,title\n#${watch(d)},off\n${watch(a)},on\n`, 'csv', [a]);
  });

  it('keeps headings with a link, and addresses without a scheme', () => {
    everywhere(`# [Talk](${watch(a)})\n## Two: ${watch(c)}\n//youtu.be/${d} and more\n`, 'text', [a, c, d]);
  });

  it('names videos without a scheme where the host says that it is one', () => {
    everywhere(
      'Look at vimeo.com/1, rumble.com/v1-x.html, clips.twitch.tv/Foo and www.example.org/talk.mp3, not a@loom.com/x or www.example.org.\n',
      'text',
      [
        'https://vimeo.com/1',
        'https://rumble.com/v1-x.html',
        'https://clips.twitch.tv/Foo',
        'https://www.example.org/talk.mp3',
      ],
    );
  });

  it('has links and ids in their order, each once', () => {
    everywhere(`${watch(a)} [youtube]${c}[/youtube] {{< youtube ${d} >}} https://vimeo.com/1\n`, 'text', [
      a,
      c,
      d,
      'https://vimeo.com/1',
    ]);
    const content = everywhere(`{% youtube ${watch(a)} %} [youtube ${watch(c)}]\n`, 'text', [a, c]);
    assert.equal(content.duplicates, 0);
  });

  it('names videos of YouTube and Vimeo by their ids, in more shortcodes and programs', () => {
    everywhere(
      `{% include youtube.html id="${a}" %} [youtube id="${b}"] {{youtube>${c}?medium}} <X videoId={'${d}'} />\n`,
      'text',
      [a, b, c, d],
    );
    everywhere(
      `words\n{ title: 'x', video: '${a}' }, { video: 'programming' }\n[youtube] ${c}: Downloading webpage\n`,
      'text',
      [a, c],
    );
    everywhere(`plugin://plugin.video.youtube/play/?video_id=${a}\n`, 'text', [a]);
    everywhere(
      `{{< vimeo 76979871 >}} [vimeo 76979872] {{vimeo>76979873}} video::76979874[vimeo]\n`,
      'text',
      [1, 2, 3, 4].map((n) => `https://vimeo.com/7697987${n}`),
    );
  });

  it('may have ids behind bullets and in arrays, from three on', () => {
    everywhere(`My list\n* ${a}\n* ${b}\n* ${c}\nand that is all\n`, 'text', [a, b, c]);
    everywhere(`ids = ['${a}', "${b}", '${c}']\n`, 'text', [a, b, c]);
    everywhere(`- programming\n- consolation\n- unavoidable\nsee ${watch(a)}\n`, 'text', [a]);
  });

  it('says which address it could not understand, and makes no row of a placeholder', () => {
    const { jobs, remarks } = read(
      `Use https://youtu.be/$\{id} or https://www.youtube.com/watch?v=<id>, see htps://example.org/x.mp3.\nThen ${watch(a)} it is.\n`,
    );
    assert.deepEqual(
      jobs.map(({ link }) => link.id),
      [a],
    );
    assert.deepEqual(
      remarks.map(({ line }) => line),
      [1, 1, 1],
    );
  });
});

describe('Tables and lists of other programs', () => {
  it('may guard ids against formulas, and name columns in comments', () => {
    everywhere(`video_id,x\n'${b},1\n"=""${a}""",2\n`, 'csv', [b, a]);
    everywhere(`# Segments\n# YTID, start\n${a}, 30\n${b}, 10\n`, 'csv', [a, b]);
  });

  it('mean a podcast’s feed, not its pages', () => {
    const show = 'https://podcasts.apple.com/us/podcast/x/id1';
    everywhere(
      JSON.stringify([{ feedUrl: 'https://feeds.e.org/a', collectionViewUrl: show, link: 'https://e.org/' }]),
      'text',
      ['https://feeds.e.org/a'],
    );
    everywhere(`show,url\nx,${show}\n`, 'csv', [show]);
  });

  it('name channels by their ids under any header', () => {
    assert.deepEqual(links(read(`チャンネル ID,名前\n${uc},x\n`, 'csv')), [
      `https://www.youtube.com/channel/${uc}`,
    ]);
    everywhere(`Video ID,Kanał\n${a},${uc}\n`, 'csv', [a]);
  });

  it('of outliners and podcast apps have links in their words and episodes in attributes', () => {
    everywhere(
      `<opml version="2.0"><body><outline text="&lt;a href=&quot;${watch(a)}&quot;&gt;T&lt;/a&gt;" _note="and ${watch(c)}"/><outline xmlUrl="https://e.org/f" text="${watch(d)}"/><outline type="podcast-episode" url="https://e.org/1" enclosureUrl="https://e.org/1.mp3"/></body></opml>`,
      'text',
      [a, c, 'https://e.org/f', 'https://e.org/1.mp3'],
    );
    everywhere(
      `<plist version="1.0"><array><string>Talk: one</string><string>${watch(a)}</string></array></plist>`,
      'text',
      [a],
    );
  });
});
