import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  defaultSettings,
  parseDuration,
  readSettings,
  settingNames,
  settingProblem,
  settingsSchema,
} from '../../../src/model/settings';

describe('settings', () => {
  it('have a valid default each', () => {
    for (const name of settingNames)
      assert.equal(settingProblem(name, settingsSchema[name].default), undefined, name);
  });

  it('start from the contract: 5 workers, in parallel, 300 videos an hour, Markdown', () => {
    assert.equal(defaultSettings.workers, 5);
    assert.equal(defaultSettings.parallel, true);
    assert.equal(defaultSettings['rate.youtube.perHour'], 300);
    assert.equal(defaultSettings['rate.utilization'], 0.95);
    assert.deepEqual(defaultSettings['output.formats'], ['md']);
    assert.equal(defaultSettings['output.fileName'], '${title} [${id}]');
  });

  it('keep the value before when one is wrong, and name what is allowed', () => {
    const { settings, problems } = readSettings(
      { workers: 8, order: 'longestFirst' },
      { workers: 99, order: 'random', 'output.formats': ['md', 'docx'], nonsense: 1 },
    );
    assert.equal(settings.workers, 8);
    assert.equal(settings.order, 'longestFirst');
    assert.deepEqual(settings['output.formats'], ['md']);
    assert.deepEqual(problems, [
      'workers must be a whole number from 1 to 20, not 99.',
      'order must be one of list, shortestFirst, longestFirst, not "random".',
      'output.formats must be a list of md, txt, srt, vtt, json, not ["md","docx"].',
      'nonsense is not a setting of Bulk Transcribe.',
    ]);
  });

  it('refuse a proxy with a password and do not repeat it', () => {
    const problem = settingProblem('proxies', ['http://user:hunter2@proxy.example:8080']);
    assert.match(problem ?? '', /without a password/);
    assert.doesNotMatch(problem ?? '', /hunter2/);
    assert.equal(settingProblem('proxies', ['tor', 'socks5h://user@127.0.0.1:1080']), undefined);
  });

  it('refuse endpoints with user names, queries or other schemes', () => {
    for (const endpoint of [
      'ftp://a.example',
      'https://u:p@a.example',
      'https://a.example/?q=1',
      'a.example',
    ])
      assert.notEqual(settingProblem('openai.endpoint', endpoint), undefined, endpoint);
    for (const endpoint of ['', 'https://api.openai.com/v1', 'http://127.0.0.1:8080'])
      assert.equal(settingProblem('openai.endpoint', endpoint), undefined, endpoint);
  });

  it('need a file name that no two videos share', () => {
    assert.notEqual(settingProblem('output.fileName', '${title}'), undefined);
    assert.equal(settingProblem('output.fileName', '${index} ${title}'), undefined);
  });

  it('read durations as people write them', () => {
    assert.equal(parseDuration('90'), 90);
    assert.equal(parseDuration('90s'), 90);
    assert.equal(parseDuration('2m'), 120);
    assert.equal(parseDuration('1h30m'), 5400);
    for (const wrong of ['', 'h', '2 minutes', '1m1h', '-3m'])
      assert.equal(parseDuration(wrong), undefined, wrong);
  });

  it('never let an unchecked value through', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingNames), fc.jsonValue(), (name, value) => {
        const { settings, problems } = readSettings({ [name]: value });
        if (problems.length > 0) assert.deepEqual(settings[name], defaultSettings[name]);
        else assert.equal(settingProblem(name, settings[name]), undefined);
      }),
    );
  });
});
