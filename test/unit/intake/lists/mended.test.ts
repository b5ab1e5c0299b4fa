// Addresses in pieces or in disguise, and videos that a text names by their ids alone.
import { strict as assert } from 'node:assert';
import { a, b, c, d, everywhere, links, read, watch } from '../../../helpers/readLists';

const vimeo = 'https://vimeo.com/76979871';

describe('An address in disguise', () => {
  it('is undone for videos of well-known sites', () => {
    everywhere(
      `see hxxps://www.youtube[.]com/watch?v=${a} ok\nyoutu dot be/${c} and https[:]//vimeo[dot]com/76979871.\n`,
      'text',
      [a, c, vimeo],
    );
    everywhere(`www.youtube(dot)com/watch?v=${a}\nyoutube{.}com/shorts/${c}\n`, 'text', [a, c]);
  });

  it('of any other site is left alone and reported', () => {
    for (const name of ['x.mp3', 'feed.xml', 'show.rss']) {
      const { jobs, remarks } = read(`words ${watch(a)}\nsee hxxp://evil[.]example/${name}\n`);
      assert.equal(jobs.length, 1);
      assert.deepEqual(
        remarks.map(({ line, text }) => `${line} ${text.slice(0, 23)}`),
        ['2 “hxxp://evil[.]example/'],
      );
    }
  });

  it('is no expression of a program', () => {
    assert.deepEqual(links(read(`re = 'youtube[.]com/watch[?]v=([\\w-]{11})'\nthen ${watch(a)} words\n`)), [
      a,
    ]);
  });

  it('in a .urls list is refused with the address as its fix', () => {
    const { problems } = read(`hxxps://youtu[.]be/${a}\n`, 'urls');
    assert.deepEqual(
      problems.map(({ kind, fixes }) => [kind, fixes?.[0]?.text]),
      [['link', `https://youtu.be/${a}`]],
    );
  });

  it('may be typed with wide signs', () => {
    everywhere(`見て ｈｔｔｐｓ：／／ｙｏｕｔｕ．ｂｅ／${a} と https://youtu．be/${c} です\n`, 'text', [
      a,
      c,
    ]);
  });
});

describe('An address in pieces', () => {
  it('goes on in the next line where that is what its id lacks', () => {
    const broken = `words https://www.youtube.com/watch?v=${c.slice(0, 4)}\n> ${c.slice(4)}&t=3\nand ${watch(a)}\n`;
    const content = everywhere(broken, 'text', [c, a]);
    assert.deepEqual(
      content.jobs.map(({ line }) => line),
      [1, 3],
    );
    for (const next of ['abcd\nperhaps so', 'abcdef\nhallo', 'abcdefg\nYves'])
      assert.equal(read(`words https://youtu.be/${next}\n`).jobs[0]?.invalid?.code, 'invalid-url', next);
  });

  it('may have invisible characters in its host and its id, and ends at others', () => {
    everywhere(
      `x https://www.you\u200btube.com/watch?v=${a} y https://youtu.be/${d.slice(0, 5)}\u00ad${d.slice(5)} z ${vimeo}\u200bnext\n`,
      'text',
      [a, d, vimeo],
    );
    everywhere(`see https://example.org\u200bHello and https://example.net\u200bไทย\n`, 'text', [
      'https://example.org/',
      'https://example.net/',
    ]);
  });

  it('may be guarded from TeX', () => {
    everywhere(`@misc{x, url = {https://www.youtube.com/watch?v=hT{\\_}nvWreIhg}}\n`, 'text', [
      'hT_nvWreIhg',
    ]);
  });
});

describe('A video without an address', () => {
  it('is named by a short form, a key, an array or a notebook', () => {
    everywhere(`see yt:${a} or youtube:${c}, YouTube ID ${d}; not yt:programming\n`, 'text', [a, c, d]);
    everywhere(`x:\n  - {title: x, youtube_id: ${a}, event: y}\n`, 'text', [a]);
    everywhere(`words\nvideos = ["${a}", "${c}"]\nnames = ["M7lc1UVf-VE"]\n`, 'text', [a, c]);
    everywhere(`x yt:${a} y\nyoutube = "${c}"\n`, 'text', [a, c]);
    assert.equal(read(`x ${watch(a)} y\nyoutube = "${c}"\n`).duplicates, 0);
    const cell = { cell_type: 'code', source: [`YouTubeVideo('${a}', width=8)\n`, `# YouTubeVideo('${b}')`] };
    everywhere(JSON.stringify({ cells: [cell], nbformat: 4 }), 'text', [a]);
    everywhere(`yt:${a}\nytdl://${c}\n`, 'urls', [a, c]);
  });

  it('is not what ids of other sites only look like', () => {
    const others = ['abcdefghijB', 'Xbcdefghi_D', 'Ybcdef-hijF'];
    everywhere(`id,url\n${others.map((id, at) => `${id},https://vimeo.com/${at + 1}`).join('\n')}\n`, 'csv', [
      'https://vimeo.com/1',
      'https://vimeo.com/2',
      'https://vimeo.com/3',
    ]);
    everywhere(`id,name\n${others.map((id, at) => `${id},n${at}`).join('\n')}\n`, 'csv', others);
    everywhere(`${others.join('\n')}\n`, 'text', others);
  });

  it('is no name or word of eleven characters', () => {
    const names = 'words\nYouTube:TheFineBros youtube:linus-techs yt:TheGamer204\n';
    const fields = 'video: intro-video\nyoutube_id: MY_VIDEOS_A\nvideos: ["intro-video", "demo-videos"]\n';
    everywhere(`${names}${fields}${watch(a)} x\n`, 'text', [a]);
    everywhere(`film,director,link\nRear-Window,x,${watch(a)}\n`, 'csv', [a]);
    everywhere(`sku,video title,link\nAB12-345-00,x,${watch(a)}\n`, 'csv', [a]);
  });

  it('counts in a description only where the entry names no other', () => {
    everywhere(`title,url,description\nx,${watch(a)},see yt:${c}\ny,,see yt:${d}\n`, 'csv', [a, d]);
  });

  it('is told with its line where only a word stands beside its id', () => {
    const { remarks } = read(`${a} # größe\n${vimeo}\nintro-video\n`);
    assert.deepEqual(
      remarks.map(({ line }) => line),
      [1, 3],
    );
  });

  it('is a single one in a table of YouTube Studio, in any language', () => {
    everywhere(`Inhalte,Videotitel,Aufrufe\nGesamt,,100\n${a},Eins,50\n`, 'csv', [a]);
  });
});

describe('Text around links', () => {
  it('may lead to meetings and people, which are no videos', () => {
    everywhere(
      `${watch(a)} https://uni.zoom.us/j/123 https://teams.microsoft.com/l/meetup-join/19 https://x.com/me https://www.linkedin.com/in/me https://www.instagram.com/uni/ https://uni.zoom.us/rec/share/x https://x.com/me/status/1\n`,
      'text',
      [a, 'https://uni.zoom.us/rec/share/x', 'https://x.com/me/status/1'],
    );
  });

  it('may be commented out in YAML and reStructuredText', () => {
    everywhere(`a: ${watch(a)} x\n  # video: ${watch(c)}\n.. ${watch(d)}\n`, 'text', [a]);
    everywhere(`# Talk: ${watch(a)} x\n.. _two: ${watch(c)}\n  # see: ${watch(d)}\n`, 'text', [a, c, d]);
  });

  it('may have X’s short address of a link beside it', () => {
    const csv = `date,post,urls\n1,look https://t.co/a,${watch(a)}\n2,x https://t.co/b,https://example.org/talk\n`;
    const { remarks } = everywhere(csv, 'csv', [a, 'https://example.org/talk']);
    assert.match(remarks.map(({ text }) => text).join(), /2 links were left out: .*short address/);
    const posts = `post,permalink\nlook https://t.co/a,https://x.com/me/status/1\n`;
    everywhere(posts, 'csv', ['https://t.co/a', 'https://x.com/me/status/1']);
  });
});

describe('Playlists of players', () => {
  it('are what they play', () => {
    everywhere(
      `[playlist]\nFile1=https://example.org/one.mp3\nTitle1=One https://example.org/\nFile2=/lists/two.mp3\nNumberOfEntries=2\n`,
      'text',
      ['https://example.org/one.mp3', 'file:///lists/two.mp3'],
    );
    everywhere(`[playlist](${watch(a)})\n`, 'text', [a]);
    everywhere(
      `<asx version="3.0"><Entry><ref href="https://e.org/1.wmv"/><moreinfo href="https://e.org/"/></Entry></asx>`,
      'text',
      ['https://e.org/1.wmv'],
    );
    everywhere(
      `<?wpl version="1.0"?><smil><body><seq><media src="https://e.org/1.mp3"/></seq></body></smil>`,
      'text',
      ['https://e.org/1.mp3'],
    );
    everywhere(`<html><body><smil>old</smil><a href="${watch(a)}">x</a></body></html>`, 'text', [a]);
    everywhere(`#EXTM3U\n#EXTINF:-1,News\nhttp://e.org/live.mp4|User-Agent=VLC\n`, 'text', [
      'http://e.org/live.mp4',
    ]);
  });
});
