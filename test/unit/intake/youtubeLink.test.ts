import { strict as assert } from 'node:assert';
import { isFailure, readLink } from '../../../src/intake/link';

const id = 'dQw4w9WgXcQ';
const list = 'PLabcdefghijklmnopqrstuvwxyz0123456';
const uc = 'UCabcdefghijklmnopqrstuv';

function url(text: string): string {
  const read = readLink(text);
  assert(!isFailure(read), `${text}: ${isFailure(read) ? read.message : ''}`);
  return read.url;
}

describe('A YouTube address that people really have', () => {
  for (const form of [
    'https://www.youtube.com/watch#!v=$',
    'http://www.youtube.com/user/Scobleizer#p/u/1/$?rel=0',
    'http://www.youtube.com/sandalsResorts#p/c/54B8C800269D7C1B/0/$',
    'https://www.youtube.com/watch?v%3D$&t=3',
    'https://www.youtube.com/watch?V=$',
    'https://www.youtube.com/embed/watch?v=$&ab_channel=x',
    'https://www.youtube.com/embed/?v=$',
    'https://www.youtube.com/shorts/watch?v=$',
    'https://www.youtube.com/get_video_info?video_id=$',
    'https://www.youtubeeducation.com/embed/$',
    'https://y2u.be/$',
    'https://wwww.youtube.com/watch?v=$',
    'https://www.youtube.com/watch?v=$%20',
    'https://youtu.be/$%20',
    'https://youtu.be/$(3:20)',
    'https://youtu.be/$;t=3',
    'https://yt.artemislena.eu/watch?v=$',
    'https://iv.melmac.space/embed/$',
    'https://www.youtube.com/confirm_age?next=/watch?v=$',
    'https://www.youtube.com/account?next=%2Fwatch%3Fv%3D$',
  ])
    it(`is its video: ${form}`, () => {
      assert.equal(url(form.replace('$', id)), `https://www.youtube.com/watch?v=${id}`);
    });

  for (const [form, target] of [
    [`https://www.youtube.com/view_play_list?p=${list}`, `playlist?list=${list}`],
    ['https://www.youtube.com/p/54B8C800269D7C1B', 'playlist?list=PL54B8C800269D7C1B'],
    [`https://www.youtube.com/playlist/${list}`, `playlist?list=${list}`],
    [`https://www.youtube.com/playlist?p=${list}`, `playlist?list=${list}`],
    [`https://yewtu.be/feed/playlist/${list}`, `playlist?list=${list}`],
    [`https://yewtu.be/feed/channel/${uc}`, `channel/${uc}`],
    ['https://www.youtube.com/%40handle/videos', '@handle/videos'],
    ['http://youtube.com/NASA', 'NASA'],
    ['https://www.youtube.com/NASA/?sub_confirmation=1', 'NASA'],
  ] as const)
    it(`is its list: ${form}`, () => {
      assert.equal(url(form), `https://www.youtube.com/${target}`);
    });

  it('is no channel where it is one of YouTube’s own pages', () => {
    for (const page of ['premium', 'account_notifications', 'upload', 'Trending', 'NASA?x=1', 'NASA/x'])
      assert.equal(url(`https://www.youtube.com/${page}`), `https://www.youtube.com/${page}`);
  });

  it('may be the id of a channel’s uploads', () => {
    const uploads = uc.replace('UC', 'UU');
    const read = readLink(uploads, { bareIds: true });
    assert(!isFailure(read));
    assert.equal(read.url, `https://www.youtube.com/playlist?list=${uploads}`);
  });

  it('is a page of another site where a host only has the name of a front end', () => {
    for (const text of ['https://yt.example.org/watch?v=12', 'https://inv.example.org/watch'])
      assert.equal(url(text), text);
  });
});
