import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { readSettings } from '../../../src/model/settings';
import { readCommandLine } from '../../../src/terminal/options';

describe('the command line', () => {
  it('runs lists without naming the command', () => {
    const command = readCommandLine(['talks.urls', '--workers', '8', '--formats', 'md,srt', '--no-parallel']);
    assert.ok(command.kind === 'run');
    assert.deepEqual(command.inputs, ['talks.urls']);
    assert.deepEqual(command.options.given, { workers: 8, 'output.formats': ['md', 'srt'], parallel: false });
  });

  it('takes ids that start with a dash, and - for standard input', () => {
    const command = readCommandLine(['-9bZkp7q19f', '-']);
    assert.ok(command.kind === 'run');
    assert.deepEqual(command.inputs, ['-9bZkp7q19f', '-']);
  });

  it('sets any setting by its name, lists and numbers as JSON or plain', () => {
    const command = readCommandLine([
      'run',
      'a.urls',
      '--set',
      'rate.youtube.perHour=0',
      '--set',
      'bulkTranscribe.sources=["youtube"]',
      '--set',
      'languages=de, en',
      '--set',
      'adaptive=false',
    ]);
    assert.ok(command.kind === 'run');
    assert.deepEqual(command.options.given, {
      'rate.youtube.perHour': 0,
      sources: ['youtube'],
      languages: ['de', 'en'],
      adaptive: false,
    });
  });

  it('takes the path of a program or model from the working folder, and a bare name from PATH', () => {
    const set = [
      'ytDlp.path=tools/yt-dlp',
      'ffmpeg.path=ffmpeg-7',
      'whisper.model=model.bin',
      'whisper.path=~/w/cli',
    ];
    const command = readCommandLine(['run', 'a.urls', ...set.flatMap((pair) => ['--set', pair])]);
    assert.ok(command.kind === 'run');
    assert.deepEqual(command.options.given, {
      'ytDlp.path': resolve('tools/yt-dlp'),
      'ffmpeg.path': 'ffmpeg-7',
      'whisper.model': resolve('model.bin'),
      'whisper.path': '~/w/cli',
    });
  });

  it('asks for the help of all, of one command and of the settings', () => {
    const about = (...args: string[]): unknown => readCommandLine(args);
    for (const args of [['help'], ['--help'], ['-h'], ['help', 'nothing'], ['talks.urls', '--help']])
      assert.deepEqual(about(...args), { kind: 'help' }, args.join(' '));
    for (const args of [
      ['export', '--help'],
      ['--help', 'export'],
      ['help', 'export'],
    ])
      assert.deepEqual(about(...args), { kind: 'help', about: 'export' }, args.join(' '));
    assert.deepEqual(about('help', 'settings'), { kind: 'help', about: 'settings' });
  });

  it('knows which command a wrong call is for', () => {
    const wrong = (...args: string[]): unknown => {
      const command = readCommandLine(args);
      return command.kind === 'usage' ? command.command : command.kind;
    };
    assert.equal(wrong('export', 'x'), 'export');
    assert.equal(wrong('--fromat', 'md', 'export', 'x'), 'export');
    assert.equal(wrong('talks.urls', '--worker', '3'), 'run');
    assert.equal(wrong(), undefined);
    const mistyped = readCommandLine(['exprot', 'x', '--format', 'md']);
    assert.equal(
      mistyped.kind === 'usage' && mistyped.problem,
      'There is no command exprot. Did you mean export?',
    );
  });

  it('renders a batch in other formats', () => {
    const command = readCommandLine([
      'render',
      'a/b',
      '--formats',
      'srt,json',
      '--set',
      'output.timestamps=line',
    ]);
    assert.ok(command.kind === 'render');
    assert.equal(command.folder, 'a/b');
    assert.deepEqual(command.options.given, {
      'output.formats': ['srt', 'json'],
      'output.timestamps': 'line',
    });
  });

  for (const [args, words] of [
    [[], /Name a list file/],
    [['a.urls', '--name', ''], /--name takes the name/],
    [['a.urls', '--workers', '50'], /workers must be a whole number from 1 to 20, not 50/],
    [['a.urls', '--set', 'wrokers=3'], /not a setting/],
    [['a.urls', '--set', 'perHour=3'], /Did you mean rate\.youtube\.perHour\?/],
    [['a.urls', '--nonsense'], /nonsense/],
    [['a.urls', '--worker', '3'], /Did you mean --workers\?/],
    [['a.urls', '--workres=3'], /Did you mean --workers\?/],
    [['a.urls', '--set', 'workrs=3'], /Did you mean workers\?/],
    [['a.urls', '--wait-disk', 'long'], /--wait-disk takes minutes/],
    [['a.urls', '--trust'], /--trust goes with resume, retry, not with run/],
    [['status', 'a', 'b'], /status takes one folder/],
    [['completion', 'tcsh'], /completion takes one of bash, zsh, fish, powershell/],
    [['export', 'folder'], /--format/],
    [['resume'], /one batch folder/],
    [['render', 'folder'], /render needs --formats: one or more of md, txt, srt, vtt, json/],
    [['render', '--formats', 'srt'], /render takes one batch folder/],
    [['render', 'folder', '--format', 'srt'], /render takes --formats, not --format/],
    [['render', 'folder', '--formats', 'srt,jsn'], /must be a list of md, .* Did you mean json\?/],
    [['doctor', 'folder'], /doctor takes no folder or list/],
    [['a.urls', '--format', 'srt'], /run takes --formats/],
    [['resume', 'folder', '--redo'], /--redo goes with run, not with resume/],
    [['a.urls', '--max-cost', 'lots'], /paid\.maxCost must be a number/],
  ] as const) {
    it(`names what is wrong in "${args.join(' ')}"`, () => {
      const command = readCommandLine(args);
      assert.ok(command.kind === 'usage');
      assert.match(command.problem, words);
    });
  }

  it('knows help and version as words, and every command', () => {
    assert.equal(readCommandLine(['help']).kind, 'help');
    assert.equal(readCommandLine(['version']).kind, 'version');
    assert.deepEqual(readCommandLine(['completion', 'fish']), { kind: 'completion', shell: 'fish' });
    assert.equal(readCommandLine(['man']).kind, 'man');
    const status = readCommandLine(['status', '--json']);
    assert.ok(status.kind === 'status' && status.options.json && status.folder === undefined);
    const resume = readCommandLine(['resume', 'b', '--trust', '--quiet', '--wait-disk', '0.5']);
    assert.ok(resume.kind === 'resume' && resume.trust);
    assert.ok(resume.options.quiet && resume.options.waitDiskMs === 30_000);
  });

  it('leaves a wrong value after --set to be named and not used, like one in a settings file', () => {
    const command = readCommandLine(['a.urls', '--set', 'workers=99', '--set', 'order=random']);
    assert.ok(command.kind === 'run');
    const { settings, problems } = readSettings(command.options.given);
    assert.equal(settings.workers, 5);
    assert.equal(settings.order, 'list');
    assert.deepEqual(problems, [
      'workers must be a whole number from 1 to 20, not 99. The default, 5, is used.',
      'order must be one of list, shortestFirst, longestFirst, not "random". The default, list, is used.',
    ]);
  });

  it('agrees to paid work with --yes, or up to an amount', () => {
    const all = readCommandLine(['a.urls', '--yes']);
    const some = readCommandLine(['a.urls', '--max-cost', '2.5']);
    assert.ok(all.kind === 'run' && some.kind === 'run');
    assert.deepEqual(all.options.given, { 'paid.maxCost': 1_000_000 });
    assert.deepEqual(some.options.given, { 'paid.maxCost': 2.5 });
  });
});
