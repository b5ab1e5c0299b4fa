import { a, b, c, d, everywhere, watch } from '../../../helpers/readLists';

describe('Mails', () => {
  it('are read through quoted-printable, base64 and wrapped links', () => {
    const body = `See ${watch('=')}\nand`.replace('v==', `v=3D${a}`);
    const soft = `${body} https://www.youtube.com/watch?v=3D9bZk=\np7q19f0 and https://example.org/a=\nbc.mp3 =E2=80=9Chttps://youtu.be/${d}=E2=80=9D\n`;
    const mail = `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n${soft}`;
    const expected = [a, '9bZkp7q19f0', 'https://example.org/abc.mp3', d];
    everywhere(mail, 'text', expected);
    everywhere(soft, 'text', expected);
    const parts = `From: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="xyz"\n\n--xyz\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${Buffer.from(`see ${watch(c)}`).toString('base64')}\n--xyz\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--xyz--\n`;
    everywhere(parts, 'text', [c]);
    everywhere(`Look at this: <https://www.youtube.com/\nwatch?v=${a}> please\n`, 'text', [a]);
  });

  it('of old archives have no line about their content, and are plain text', () => {
    const head =
      'From: a at b.c\nDate: Mon, 2 Nov 2026\nSubject: x\nMessage-ID: <1@b>\nList-Archive: <https://b.c/l>\n\n';
    const from = 'From a at b.c  Mon Nov  2 10:00:00 2026\n';
    const id = '9bZkp7q19f0';
    everywhere(`${from}${head}${watch(id)}\n\n${from}${head}> ${watch(c)}\n`, 'text', [id, c]);
  });

  it('keep what is between lines of hyphens, which are no borders of parts', () => {
    const lines = `------------\n${watch(a)}\n------------\n${watch(b)}\n-----Original Message-----\n${watch(c)}\n`;
    everywhere(`From: x\nMessage-ID: <1@b>\nContent-Type: text/plain\n\n${lines}`, 'text', [a, b, c]);
  });

  it('may hold a forwarded mail, whose own header says how it is encoded', () => {
    const inner = `From: c@d\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${Buffer.from(watch(a)).toString('base64')}`;
    everywhere(
      `From: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: message/rfc822\n\n${inner}\n--q--\n`,
      'text',
      [a],
    );
  });

  it('give no pages that would take the reader off a list', () => {
    const footer =
      '<a href="https://b.org/unsubscribe?u=1">x</a> <a href="https://b.org/manage-preferences/1">y</a>';
    const mail = `MIME-Version: 1.0\nFrom: x\nList-Unsubscribe: <https://b.org/u?1>\nContent-Type: text/html\n\n<a href="${watch(a)}">t</a> ${footer}\n`;
    everywhere(mail, 'text', [a]);
  });

  it('leave ids that only look encoded as they are', () => {
    everywhere(`first https://youtu.be/3DdQw4w9WgX here`, 'text', ['3DdQw4w9WgX']);
  });
});
