import { strict as assert } from 'node:assert';
import { feedSeconds } from '../../../src/sources/feedLengths';

describe('The length of an episode in a feed', () => {
  for (const [written, seconds] of [
    ['3723', 3723],
    ['62:03', 3723],
    [' 1:02:03 ', 3723],
    ['00:45:00.5', 2700.5],
    ['45 min', 2700],
    ['45min.', 2700],
    ['45 Minuten', 2700],
    ["45'", 2700],
    ['45:00', 2700],
    ['~45 mins', 2700],
    ['PT45M', 2700],
    ['PT1H2M3S', 3723],
    ['P0DT1H2M3S', 3723],
    ['1h 2m 3s', 3723],
    ['1h30', 5400],
    ['1,5 Stunden', 5400],
    ['1 hour and 30 minutes', 5400],
    ['1 Std. 30 Min.', 5400],
    ['2700 seconds', 2700],
  ] as const)
    it(`is read: ${written}`, () => assert.equal(feedSeconds(written), seconds));

  for (const written of [
    '',
    '0',
    '00:00:00',
    '0 min',
    'long',
    'about an hour',
    '45 MB',
    '12 episodes',
    '-5',
    '1:2:3:4',
    '45 min 3 MB',
  ])
    it(`is not guessed: ${written}`, () => assert.equal(feedSeconds(written), undefined));
});
