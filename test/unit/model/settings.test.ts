import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  defaultSettings,
  parseDuration,
  readSettings,
  settingNames,
  settingProblem,
  settingsSchema,
  unusableProxy,
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
      'workers must be a whole number from 1 to 20, not 99. 8 is used.',
      'order must be one of list, shortestFirst, longestFirst, not "random". "longestFirst" is used.',
      'output.formats must be a list of md, txt, srt, vtt, json, not ["md","docx"]. The default is used.',
      'nonsense is not a setting of Bulk Transcribe. bulk-transcribe help settings lists them all.',
    ]);
  });

  it('name the default that is used, and the setting that was meant', () => {
    assert.deepEqual(readSettings({ workers: 0, perHour: 3 }).problems, [
      'workers must be a whole number from 1 to 20, not 0. The default, 5, is used.',
      'perHour is not a setting of Bulk Transcribe. Did you mean rate.youtube.perHour?',
    ]);
  });

  it('never send anything past a proxy because it was misspelt', () => {
    const one = readSettings({ proxies: ['htp://a.example:1', 'http://b.example:2'] });
    assert.deepEqual(one.settings.proxies, ['http://b.example:2']);
    assert.match(one.problems[0] ?? '', /The others on the list are used\.$/);
    for (const proxies of [['htp://a.example:1'], 'http://b.example:2', [7]]) {
      const none = readSettings({ proxies });
      assert.deepEqual(none.settings.proxies, [unusableProxy]);
      assert.match(none.problems[0] ?? '', /Nothing is sent until it is corrected\.$/);
    }
  });

  it('need at least one source and one format', () => {
    for (const name of ['sources', 'output.formats'] as const)
      assert.match(settingProblem(name, []) ?? '', /at least one of/, name);
    assert.equal(settingProblem('languages', []), undefined);
    assert.match(settingProblem('output.folder', ' ') ?? '', /the path of a folder/);
  });

  it('accept only YouTube clients with a name and version', () => {
    const client = { clientName: 'IOS', clientVersion: '21.26.4', id: 5 };
    assert.equal(settingProblem('youtube.clients', [client]), undefined);
    for (const wrong of [[{}], [client, { ...client, id: '5' }], [[]], 'IOS'])
      assert.match(settingProblem('youtube.clients', wrong) ?? '', /must be a list of objects/);
  });

  it('know the calendar', () => {
    assert.equal(settingProblem('lists.after', '2028-02-29'), undefined);
    for (const day of ['2026-02-29', '2026-02-30', '2026-13-01', '26-01-01', '2026-1-1'])
      assert.match(settingProblem('lists.after', day) ?? '', /a date such as 2026-01-31/, day);
  });

  it('refuse a proxy with a password and do not repeat it', () => {
    const problem = settingProblem('proxies', ['http://user:hunter2@proxy.example:8080']);
    assert.match(problem ?? '', /without a password/);
    assert.doesNotMatch(problem ?? '', /hunter2/);
    assert.equal(settingProblem('proxies', ['tor', 'socks5h://user@127.0.0.1:1080']), undefined);
  });

  it('refuse a Redis with a password, however it is written, and do not repeat it', () => {
    for (const address of [
      'redis://user:hunter2@host:6379',
      'redis://:hunter2@host',
      'redis://:p@hunter2@host',
      'redis://user:pa/hunter2@host',
      'redis://host?password=hunter2',
      'redis://host/0?auth=hunter2',
      'user:hunter2@host:6379',
      `rediss://user:${'hunter2'.repeat(20)}@host`,
    ]) {
      const problem = settingProblem('cluster.redisUrl', address) ?? '';
      assert.match(problem, /without a password \(set the variable BULK_TRANSCRIBE_REDIS_PASSWORD/, address);
      assert.doesNotMatch(problem, /hunter2/, address);
    }
  });

  it('take the address of a Redis with a user and the number of a database', () => {
    for (const address of ['', 'redis://host', 'rediss://user@host:6380/2', 'redis://[::1]:6379/0'])
      assert.equal(settingProblem('cluster.redisUrl', address), undefined, address);
    for (const address of ['redis://', 'host:6379', 'http://host', 'redis://host:99999', 'redis://host/x'])
      assert.match(settingProblem('cluster.redisUrl', address) ?? '', /such as redis:\/\//, address);
    for (const address of ['/run/redis.sock', 'unix:///run/redis.sock', 'redis+unix:///run/redis.sock'])
      assert.match(
        settingProblem('cluster.redisUrl', address) ?? '',
        /a socket file cannot be used/,
        address,
      );
  });

  it('refuse endpoints with user names, queries or other schemes', () => {
    for (const endpoint of [
      'ftp://a.example',
      'https://u:p@a.example',
      'https://a.example/?q=1',
      'a.example',
      'http://a.example:99999',
    ])
      assert.notEqual(settingProblem('openai.endpoint', endpoint), undefined, endpoint);
    for (const endpoint of ['', 'https://api.openai.com/v1', 'http://127.0.0.1:8080'])
      assert.equal(settingProblem('openai.endpoint', endpoint), undefined, endpoint);
    for (const name of ['youtube.endpoint', 'deapi.endpoint'] as const)
      assert.notEqual(settingProblem(name, ''), undefined, name);
  });

  it('need a file name that no two videos share', () => {
    assert.notEqual(settingProblem('output.fileName', '${title}'), undefined);
    assert.equal(settingProblem('output.fileName', '${index} ${title}'), undefined);
    assert.match(settingProblem('output.fileName', '${titel} [${id}]') ?? '', /a pattern of \$\{title\}/);
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
        if (problems.length > 0 && name === 'proxies') assert.notDeepEqual(settings.proxies, []);
        else if (problems.length > 0) assert.deepEqual(settings[name], defaultSettings[name]);
        else assert.equal(settingProblem(name, settings[name]), undefined);
      }),
    );
  });
});
