import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isFailure, readLink, unreadLink, type LinkOptions } from '../../../src/intake/link';
import type { Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';

const id = 'dQw4w9WgXcQ';
const urls: LinkOptions = { bareIds: true, local: true, folder: '/lists', home: '/home/me', style: 'posix' };

function link(text: string, options: LinkOptions = urls): Link {
  const read = readLink(text, options);
  assert(!isFailure(read), `${text}: ${isFailure(read) ? read.message : ''}`);
  return read;
}
function refused(text: string, options: LinkOptions = urls): Failure {
  const read = readLink(text, options);
  assert(isFailure(read), `${text} was read as ${isFailure(read) ? '' : read.url}`);
  return read;
}

/** Ways to write the address of one video; $ is replaced by the id. */
const videoForms = [
  'https://www.youtube.com/watch?v=$',
  'http://youtube.com/watch?v=$',
  'HTTPS://WWW.YOUTUBE.COM/watch?v=$',
  'https://www.youtube.com:443/watch?v=$#t=30',
  'https://www.youtube.com./watch?v=$',
  'https://www.youtube.com/watch?app=desktop&t=42s&v=$&feature=share',
  'https://www.youtube.com/watch?list=PLabcdef&v=$&index=3',
  'https://www.youtube.com/watch/$',
  'https://www.youtube.com/?v=$',
  'https://www.youtube.com/watch_popup?v=$',
  'https://youtu.be/$',
  'https://youtu.be/$?si=abc&t=3',
  'youtu.be/$',
  'www.youtube.com/watch?v=$',
  'https://www.youtube.com/shorts/$',
  'https://youtube.com/shorts/$?feature=share',
  'https://www.youtube.com/live/$?si=x',
  'https://www.youtube.com/embed/$?autoplay=1',
  'https://www.youtube.com/v/$?version=3',
  'https://www.youtube.com/e/$',
  'https://music.youtube.com/watch?v=$&list=RDAMVM',
  'https://m.youtube.com/watch?v=$',
  'https://www.youtube-nocookie.com/embed/$',
  'https://www.youtube.com/attribution_link?a=xyz&u=%2Fwatch%3Fv%3D$%26feature%3Dshare',
  'https://www.youtube.com/attribution_link?u=https%3A%2F%2Fyoutu.be%2F$',
  'https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D$&gl=DE',
  'https://www.youtube.com/watch?v=$?t=42',
  'https://www.youtube.com/watch?v=$/',
  'https://youtu.be/$&t=42',
  'https://youtu.be/$的视频',
  '//www.youtube.com/embed/$',
  'https://www.google.com/url?q=https://www.youtube.com/watch%3Fv%3D$&sa=D&usg=x',
  'https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fyoutu.be%2F$',
  'https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fyoutu.be%2F$',
  'https://www.youtube.com/signin?next=%2Fwatch%3Fv%3D$',
  'https://accounts.google.com/ServiceLogin?continue=https%3A%2F%2Fwww.youtube.com%2Fsignin%3Fnext%3D%252Fwatch%253Fv%253D$',
  'https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D$&format=json',
  'https://l.facebook.com/l.php?u=https%3A%2F%2Fyoutu.be%2F$&h=x',
  'https://l.instagram.com/?u=https%3A%2F%2Fyoutu.be%2F$',
  'https://out.reddit.com/t3_x?url=https%3A%2F%2Fyoutu.be%2F$&token=x',
  'https://duckduckgo.com/l/?uddg=https%3A%2F%2Fyoutu.be%2F$&rut=x',
  'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fyoutu.be%2F$&data=05',
  'https://urldefense.com/v3/__https://www.youtube.com/watch?v=$__;!!abc!x$',
  'https://web.archive.org/web/20200101000000/https://www.youtube.com/watch?v=$',
  'https://web.archive.org/web/2020id_/http:/youtu.be/$',
  'https://archive.ph/2024/https://www.youtube.com/watch?v=$',
  'https://secure-web.cisco.com/1AbC/https%3A%2F%2Fyoutu.be%2F$',
  'https://link.zhihu.com/?target=https%3A//youtu.be/$',
  'https://go.bsky.app/redirect?u=https%3A%2F%2Fyoutu.be%2F$',
  'https://vk.com/away.php?to=https%3A%2F%2Fyoutu.be%2F$',
  'https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fyoutu.be%2F$',
  'https://href.li/?https://youtu.be/$',
  'https://www.google.com/amp/s/www.youtube.com/watch?v=$',
  'https://www-youtube-com.translate.goog/watch?v=$&_x_tr_sl=en',
  'https://studio.youtube.com/video/$/edit',
  'https://www.youtubekids.com/watch?v=$',
  'https://www.youtube.com/watch_videos?video_ids=$',
  'https://m.youtube.com/#/watch?v=$',
  'https://youtu.be/watch?v=$',
  'https://yewtu.be/watch?v=$',
  'https://piped.video/embed/$',
  'https://inv.example.org/watch?v=$',
  'https://farside.link/invidious/watch?v=$',
  'vnd.youtube:$',
  'youtube://watch?v=$',
  'https://https://www.youtube.com/watch?v=$',
  'https://www.youtube.com/watch?list=x&amp;v=$',
  'https://www.youtube.com/watch\\?v\\=$',
  'https://www.youtube.com/watch%3Fv%3D$%26t%3D3',
  'https://www.youtube.com/live_chat?is_popout=1&v=$',
  'https://www.youtube.com/api/timedtext?v=$&lang=en',
  'https://www.youtube.com/verify_age?next_url=%2Fwatch%3Fv%3D$',
  'https://www.youtube.de/watch?v=$',
  'https://youtube.googleapis.com/v/$?version=3',
  'https://youtu.be/?v=$',
  'https://www.youtube.com/watch?v=$:::A title',
  'https://www.google.com/search?q=x#fpstate=ive&vld=cid:1f,vid:$,st:0',
  'https://www.google.com/sorry/index?continue=https://www.youtube.com/watch%3Fv%3D$&q=EgQ',
  'https://urldefense.us/v3/__https:/*www.youtube.com/watch?v=$__;Lw!!abc',
  'https://urldefense.com/v3/__https:**Ayoutu.be/$__;Ly8!!abc',
  'https://r.search.yahoo.com/_ylt=x/RO=10/RU=https%3a%2f%2fwww.youtube.com%2fwatch%3fv%3d$/RK=2/RS=x-',
  'https://clicktime.symantec.com/x?u=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D$',
  'https://isolate.example.com/1/3735928037/https://www.youtube.com/watch?v=$',
  'https://mail.example.org/dereferrer/?redirectUrl=https%253A%252F%252Fyoutu.be%252F$&lm',
  'https://forum.example.org/outgoing?https://youtu.be/$',
  'https://tool.example.org/#https://www.youtube.com/watch?v=$',
  '$',
];

const anyId = fc.string({
  unit: fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')),
  minLength: 11,
  maxLength: 11,
});

describe('A link of a list', () => {
  for (const form of videoForms)
    it(`is one YouTube video: ${form}`, () => {
      assert.deepEqual(link(form.replace('$', id)), {
        kind: 'youtube',
        id,
        url: `https://www.youtube.com/watch?v=${id}`,
      });
    });

  it('reads a canonical address as its parsed form says, whatever else has its length', () => {
    const near = fc.string({ minLength: 11, maxLength: 11, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(fc.oneof(anyId, near), (tail) => {
        const canonical = `https://www.youtube.com/watch?v=${tail}`;
        const parsed = `https://www.youtube.com:443/watch?v=${tail}`;
        for (const options of [urls, {}, { feed: true }])
          assert.deepEqual(readLink(canonical, options), readLink(parsed, options));
      }),
    );
  });

  it('keeps every id through every form, also ids that start with a dash', () => {
    fc.assert(
      fc.property(anyId, fc.constantFrom(...videoForms), (video, form) => {
        assert.equal(link(form.replace('$', () => video)).id, video);
      }),
    );
    assert.equal(link('https://youtu.be/-9bZkp7q19f').id, '-9bZkp7q19f');
    assert.equal(link('-9bZkp7q19f').url, 'https://www.youtube.com/watch?v=-9bZkp7q19f');
  });

  it('is read again to the same link from its canonical form', () => {
    for (const text of [
      'https://Example.ORG:443/a/../b?x=1#frag',
      'http://example.org:80',
      'https://münchen.example/talk',
      'https://www.youtube.com/@Handle/videos?view=0',
      './my recording.mp4',
      'file:///lists/100%25%20sure%23.mp3',
    ]) {
      const once = link(text);
      assert.deepEqual(link(once.url), once);
    }
  });

  it('has the first 11 base64url characters of the SHA-256 of its canonical form as id', () => {
    const read = link('HTTPS://Example.org:443/talk#t=3');
    assert.equal(read.url, 'https://example.org/talk');
    const hash = createHash('sha256').update('https://example.org/talk').digest('base64url');
    assert.equal(read.id, hash.slice(0, 11));
  });

  for (const [text, url, list] of [
    [
      'https://www.youtube.com/playlist?list=PLabc_-1',
      'https://www.youtube.com/playlist?list=PLabc_-1',
      'youtube-playlist',
    ],
    [
      'https://music.youtube.com/playlist?list=OLAK5uy_x&si=1',
      'https://www.youtube.com/playlist?list=OLAK5uy_x',
      'youtube-playlist',
    ],
    [
      'https://www.youtube.com/watch?list=PLabc',
      'https://www.youtube.com/playlist?list=PLabc',
      'youtube-playlist',
    ],
    [
      'https://music.youtube.com/browse/VLPLabcdefghijk',
      'https://www.youtube.com/playlist?list=PLabcdefghijk',
      'youtube-playlist',
    ],
    [
      'https://music.youtube.com/browse/UCabcdefghijklmnopqrstuv',
      'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
      'youtube-channel',
    ],
    [
      'https://www.youtube.com/embed/videoseries?list=PLabc',
      'https://www.youtube.com/playlist?list=PLabc',
      'youtube-playlist',
    ],
    ['https://www.youtube.com/@handle', 'https://www.youtube.com/@handle', 'youtube-channel'],
    ['youtube.com/@handle/videos', 'https://www.youtube.com/@handle/videos', 'youtube-channel'],
    [
      'https://m.youtube.com/@handle/streams?app=m',
      'https://www.youtube.com/@handle/streams',
      'youtube-channel',
    ],
    ['https://www.youtube.com/@handle/featured', 'https://www.youtube.com/@handle', 'youtube-channel'],
    [
      'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
      'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
      'youtube-channel',
    ],
    ['https://www.youtube.com/c/Name/videos', 'https://www.youtube.com/c/Name/videos', 'youtube-channel'],
    ['https://www.youtube.com/user/Name', 'https://www.youtube.com/user/Name', 'youtube-channel'],
    ['https://example.org/podcast/feed.xml', 'https://example.org/podcast/feed.xml', 'feed'],
    ['https://example.org/show.rss?x=1', 'https://example.org/show.rss?x=1', 'feed'],
    ['https://example.org/blog/feed/', 'https://example.org/blog/feed/', 'feed'],
    ['https://feeds.example.org/abc', 'https://feeds.example.org/abc', 'feed'],
    ['https://example.org/feed/podcast/', 'https://example.org/feed/podcast/', 'feed'],
    ['https://example.org/show/feed/mp3/', 'https://example.org/show/feed/mp3/', 'feed'],
    ['https://example.org/?feed=podcast', 'https://example.org/?feed=podcast', 'feed'],
    ['https://example.org/rss.php?id=3', 'https://example.org/rss.php?id=3', 'feed'],
    ['https://example.org/rss/NAME?auth=x', 'https://example.org/rss/NAME?auth=x', 'feed'],
    ['https://example.org/x?format=feed&type=rss', 'https://example.org/x?format=feed&type=rss', 'feed'],
    ['https://example.org/feed.json', 'https://example.org/feed.json', 'feed'],
    ['feed://example.org/show', 'https://example.org/show', 'feed'],
    ['feed:https://example.org/show', 'https://example.org/show', 'feed'],
    ['itpc://example.org/show', 'https://example.org/show', 'feed'],
    ['pcast://example.org/show', 'https://example.org/show', 'feed'],
    ['podcast://example.org/show', 'https://example.org/show', 'feed'],
    [
      'https://podcasts.apple.com/us/podcast/name/id123',
      'https://podcasts.apple.com/us/podcast/name/id123',
      'feed',
    ],
    [
      'https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv',
      'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
      'youtube-channel',
    ],
    [
      'https://www.youtube.com/feeds/videos.xml?playlist_id=PLabc',
      'https://www.youtube.com/playlist?list=PLabc',
      'youtube-playlist',
    ],
    [
      'https://www.youtube.com/embed?listType=playlist&list=PLabc',
      'https://www.youtube.com/playlist?list=PLabc',
      'youtube-playlist',
    ],
  ] as const)
    it(`is a list: ${text}`, () => {
      const read = link(text);
      assert.deepEqual([read.kind, read.url, read.list], ['list', url, list]);
    });

  it('is a subtitle file, media or a page by its ending', () => {
    assert.equal(link('https://example.org/talk.vtt?token=1').kind, 'subtitle');
    assert.equal(link('https://example.org/talk.SRT').kind, 'subtitle');
    assert.equal(link('https://example.org/episode.mp3').kind, 'media');
    assert.equal(link('https://example.org/my file.mp4').url, 'https://example.org/my%20file.mp4');
    assert.equal(link('https://vimeo.com/123').kind, 'page');
    assert.equal(link('http://127.0.0.1:8080/talk').kind, 'page');
    assert.equal(link('https://www.youtube.com/@handle/live').kind, 'page');
    assert.equal(link('https://www.youtube.com/feed/trending').kind, 'page');
  });

  it('is no video because its address names several', () => {
    const several = `https://example.org/?a=https://youtu.be/${id}&b=https://youtu.be/jNQXAC9IVRw`;
    assert.equal(link(several).kind, 'page');
    assert.equal(link(`https://example.org/a.mp3?from=https://youtu.be/${id}`).kind, 'media');
  });

  it('takes no host for YouTube that only looks like it', () => {
    for (const text of [
      `https://youtube.com.example.org/watch?v=${id}`,
      `https://notyoutube.com/watch?v=${id}`,
      `https://example.org/youtube.com/watch?v=${id}`,
    ])
      assert.equal(link(text).kind, 'page');
  });

  for (const text of [
    'javascript:alert(1)',
    'data:text/html,hello',
    'ftp://example.org/a.mp3',
    'JAVASCRIPT:alert(1)',
    'vscode://extension/x',
    'ytsearch:cats',
    'http:example.org',
    'https://',
    'https:///example.org',
    'https://exa mple.org/',
    'https://example.org:99999/',
    'https://example.org/\u0001',
    '--exec=rm',
    '-o',
    'hello world',
    '//example.org/a',
    'file://server/share/a.mp4',
    'file:////server/share/a.mp4',
    '\\\\server\\share\\a.mp4',
    'file:///lists/a%2Fb.mp4',
    'file:///lists/a%zz.mp4',
    `https://youtu.be/${id}x`,
    'https://youtu.be/dQw4w9WgXc',
    'https://www.youtube.com/watch',
    'https://www.youtube.com/watch?v=',
    'https://www.youtube.com/playlist',
    'https://www.youtube.com/channel/abc',
    'https://www.youtube.com/attribution_link?u=https%3A%2F%2Fexample.org',
    `https://youtu.be/${id} a remark`,
    'https://www.youtube.com/@handle/search?query=topic',
    `https://example.org/a https://example.org/b`,
    `https://example.org/${'a'.repeat(9000)}`,
    '',
  ])
    it(`is refused as invalid-url with a next step: ${text.slice(0, 50)}`, () => {
      const failure = refused(text);
      assert.equal(failure.code, 'invalid-url');
      assert.match(failure.message, /^[A-Z].*\.$/);
    });

  it('gives no password away when it is refused', () => {
    const text = 'https://me:s3cret@example.org/feed.xml';
    assert.doesNotMatch(refused(text).message, /s3cret|me:/);
    assert.equal(unreadLink(text).url, 'https://…@example.org/feed.xml');
    for (const wrong of ['me:s3cr@et', 'me:s3/cr', 'me:s3?cr', 'me:s3#cr@et', ':s3/cr', 's3cret'])
      assert.equal(unreadLink(`https://${wrong}@example.org/a`).url, 'https://…@example.org/a', wrong);
    for (const none of ['https://example.org:8080/@me', 'https://example.org/@me:x@y', 'http://[::1]:80/@me'])
      assert.equal(unreadLink(none).url, none);
    refused('https://youtube.com@example.org/watch?v=x');
  });

  it('may be a bare id or a path only where a list allows it', () => {
    refused(id, {});
    refused('./talk.vtt', {});
    refused('file:///lists/talk.vtt', {});
    assert.equal(refused('./talk.vtt', { local: true }).code, 'invalid-url');
  });

  it('is a local file relative to the list, its home or the disk, by its own path rules', () => {
    assert.equal(link('./my recording.mp4').path, '/lists/my recording.mp4');
    assert.equal(link('./my recording.mp4').url, 'file:///lists/my%20recording.mp4');
    assert.equal(link('../other/talk.vtt').path, '/other/talk.vtt');
    assert.equal(link('talk.srt').path, '/lists/talk.srt');
    assert.equal(link('~/talk.srt').path, '/home/me/talk.srt');
    assert.equal(link('-rf.mp4').path, '/lists/-rf.mp4');
    assert.equal(link('file:///lists/a%20b.mp3').path, '/lists/a b.mp3');
    assert.equal(link('file://localhost/lists/a.mp3').path, '/lists/a.mp3');
    const windows: LinkOptions = { ...urls, folder: 'C:\\lists', style: 'windows' };
    assert.equal(link('.\\talk.vtt', windows).path, 'C:\\lists\\talk.vtt');
    assert.equal(link('D:/a/talk.vtt', windows).path, 'D:\\a\\talk.vtt');
    assert.equal(link('file:///D:/a%20b/talk.vtt', windows).path, 'D:\\a b\\talk.vtt');
    assert.equal(link('D:\\a b\\talk.vtt', windows).url, 'file:///D:/a%20b/talk.vtt');
    assert.equal(refused('./notes.docx').code, 'unsupported');
  });

  it('is read alike as the first and as the ten-thousandth of a list, in any script', () => {
    for (let number = 0; number < 10_000; number += 1) link(`https://example.org/${number}`);
    assert.equal(link('https://münchen.example/talk').url, 'https://xn--mnchen-3ya.example/talk');
    assert.equal(link('https://日本語.example/講演').kind, 'page');
  });

  it('never throws and only lets http, https and file through, whatever is typed', () => {
    const scheme = fc.constantFrom(
      'https://',
      'http://',
      'file:///',
      'https://youtu.be/',
      'javascript:',
      './',
      '',
    );
    fc.assert(
      fc.property(scheme, fc.string({ unit: 'binary', maxLength: 60 }), (start, rest) => {
        const read = readLink(start + rest, urls);
        if (isFailure(read)) return;
        assert.match(read.url, /^(?:https?|file):\/\//);
        assert.doesNotMatch(read.url, /\s/);
        assert.equal(new URL(read.url).href, read.url);
        assert.match(read.id, /^[A-Za-z0-9_-]{11}$/);
      }),
      { numRuns: 2000 },
    );
  });
});
