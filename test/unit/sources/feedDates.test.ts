import { strict as assert } from 'node:assert';
import { feedTime } from '../../../src/sources/feedDates';

describe('A date in a feed', () => {
  for (const [written, expected] of [
    ['Mon, 01 Jul 2024 10:00:00 +0200', '2024-07-01T08:00:00.000Z'],
    ['Mon, 01 Jul 2024 10:00:00 CEST', '2024-07-01T08:00:00.000Z'],
    ['Mon, 01 Jul 2024 10:00:00 BST', '2024-07-01T09:00:00.000Z'],
    ['Mon, 1 Jul 24 10:00 EDT', '2024-07-01T14:00:00.000Z'],
    ['Mon, 01 Jul 2024 10:00:00 America/New_York', '2024-07-01T14:00:00.000Z'],
    ['Mon, 01 Jan 2024 10:00:00 Europe/Berlin', '2024-01-01T09:00:00.000Z'],
    ['Mo, 01 März 2024 10:00:00 +0100', '2024-03-01T09:00:00.000Z'],
    ['1. Dezember 2024', '2024-12-01T00:00:00.000Z'],
    ['ven., 2 août 2024 10:00:00 GMT', '2024-08-02T10:00:00.000Z'],
    ['Wednesday, June 3, 2020 - 15:20', '2020-06-03T15:20:00.000Z'],
    ['June 3, 2020 3:20 pm', '2020-06-03T15:20:00.000Z'],
    ['2024-07-01T10:00:00+02:00', '2024-07-01T08:00:00.000Z'],
    ['2024-07-01T10:00:00.123Z', '2024-07-01T10:00:00.000Z'],
    ['2024-07-01 10:00', '2024-07-01T10:00:00.000Z'],
    ['20200603', '2020-06-03T00:00:00.000Z'],
    ['1591197600', '2020-06-03T15:20:00.000Z'],
    ['1591197600000', '2020-06-03T15:20:00.000Z'],
    ['23.06.2020', '2020-06-23T00:00:00.000Z'],
    ['Tue Nov 20 10:15:00 CET 2018', '2018-11-20T09:15:00.000Z'],
  ] as const)
    it(`is read: ${written}`, () => {
      const time = feedTime(written);
      assert(time !== undefined);
      assert.equal(new Date(time).toISOString(), expected);
    });

  for (const written of [
    '03.06.2020',
    '3/6/2020',
    '31 Feb 2024',
    'soon',
    '',
    '2024-13-01',
    'Mon, 99 Jul 2024',
  ])
    it(`is not guessed: ${written}`, () => assert.equal(feedTime(written), undefined));
});
