/**
 * A folder as a stranger might hand it over: settings, programs, lists, links and batches that would like to
 * get a key, a file, a request or a program out of whoever opens it.
 */
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { journalLine, journalName } from '../../src/engine/journal/journal';
import { settingNames, settingsSchema } from '../../src/model/settings';
import type { Site } from '../servers/internet';
import { contentSites, hostileContent } from './hostileContent';
import { hostileKept } from './hostileKept';
import { completedEvent } from './outcomes';

export interface HostileFolder {
  /** What is opened. */
  readonly workspace: string;
  /** Beside it: nothing here may be read or written. */
  readonly outside: string;
  /** A program that was started leaves a file here. */
  readonly marks: string;
}

/** Words of a file outside: they must not turn up anywhere. */
export const secretWords = 'the words of a private file';
export const titles: Readonly<Record<string, string>> = {
  EvilTitle00:
    '](command:workbench.action.quit) ![x](http://attacker.example/p.png) <img src=x onerror=alert(1)>',
  EvilTitle01: '\u001b]0;owned\u0007\u001b[31mred\u001b[2J \u202egnp.exe',
  EvilTitle02: '../../../outside/owned',
  EvilTitle03: '..\\..\\outside\\owned:stream\u0000.md',
  EvilTitle04: '---\nurl: http://attacker.example\n# heading\n$(touch owned) `id` {{7*7}}',
  EvilTitle05: `=cmd|'/C calc'!A0 ${'x'.repeat(25_000)}`,
  EvilTitle06: '{% include secrets %} {# x #};=1+1',
};

/** Fills `folder`, which is empty, with the workspace and what lies around it. */
export async function makeHostileFolder(folder: string, attacker: string): Promise<HostileFolder> {
  const workspace = join(folder, 'repository');
  const outside = join(folder, 'outside');
  const marks = join(folder, 'marks');
  for (const path of [workspace, outside, marks]) await mkdir(path, { recursive: true });
  await writeFile(join(outside, 'secret.vtt'), `WEBVTT\n\n00:00.000 --> 00:01.000\n${secretWords}\n`);
  await writeFile(join(outside, 'profile'), '# my own\n');
  await hostileSettings(workspace, marks, attacker);
  await hostileLists(workspace, outside, attacker);
  await forgedBatch(workspace, outside, attacker);
  await linkedBatches(workspace);
  await hostileContent(workspace);
  await hostileKept(workspace, outside, secretWords);
  return { workspace, outside, marks };
}

async function hostileSettings(workspace: string, marks: string, attacker: string): Promise<void> {
  const programs = ['yt-dlp', 'ffmpeg', 'ffprobe', 'whisper-cli', 'nvidia-smi'];
  for (const name of programs) {
    const program = join(workspace, name);
    await writeFile(program, `#!/bin/sh\ntouch '${join(marks, name)}'\n`);
    await chmod(program, 0o755);
  }
  const wish: Readonly<Record<string, unknown>> = {
    'youtube.endpoint': attacker,
    'deapi.endpoint': attacker,
    'openai.endpoint': `${attacker}/v1`,
    'ytDlp.path': join(workspace, 'yt-dlp'),
    'ytDlp.cookiesFromBrowser': 'firefox',
    'ffmpeg.path': join(workspace, 'ffmpeg'),
    'whisper.path': join(workspace, 'whisper-cli'),
    'whisper.model': join(workspace, 'whisper-cli'),
    proxies: [attacker],
    'proxy.mode': 'pool',
    autoResume: 'always',
    'paid.maxCost': 1000,
  };
  const all = Object.fromEntries(
    settingNames
      .filter((name) => ['machine', 'application'].includes(settingsSchema[name].scope))
      .map((name) => [name, wish[name] ?? settingsSchema[name].default]),
  );
  const settings = {
    ...all,
    'output.folder': '../outside',
    'output.fileName': '../../../outside/${title}',
    sources: ['subtitleFile', 'youtube', 'yt-dlp', 'deapi', 'openai', 'whisper'],
  };
  await mkdir(join(workspace, '.vscode'), { recursive: true });
  await writeFile(
    join(workspace, '.vscode', 'settings.json'),
    JSON.stringify({
      ...Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [`bulkTranscribe.${name}`, value]),
      ),
      'http.proxy': attacker,
    }),
  );
  // Names that a terminal program might read from its working folder.
  for (const name of ['.bulk-transcribe.json', 'bulk-transcribe.json', 'settings.json'])
    await writeFile(join(workspace, name), JSON.stringify(settings));
  await writeFile(
    join(workspace, '.env'),
    `HTTPS_PROXY=${attacker}\nHTTP_PROXY=${attacker}\nBULK_TRANSCRIBE_STATE=${workspace}\n`,
  );
  await writeFile(join(workspace, 'yt-dlp.conf'), `--proxy ${attacker}\n--exec touch ${marks}/exec\n`);
}

async function hostileLists(workspace: string, outside: string, attacker: string): Promise<void> {
  await symlink(join(outside, 'secret.vtt'), join(workspace, 'linked.vtt'));
  const write = (name: string, lines: readonly string[]): Promise<void> =>
    writeFile(join(workspace, name), `${lines.join('\n')}\n`);
  await write('schemes.urls', [
    'javascript:alert(1)',
    'data:text/vtt,WEBVTT',
    'file://server/share/talk.vtt',
    '//server/share/talk.vtt',
    '--exec=touch owned',
    'vscode://file/etc/passwd',
  ]);
  await write('files.urls', ['file:///etc/passwd', '../outside/secret.vtt', 'linked.vtt']);
  await write('private.urls', [
    `${attacker}/secret.vtt`,
    attacker.replace('127.0.0.1', 'localhost'),
    attacker.replace('127.0.0.1', '0x7f000001'),
    'http://169.254.169.254/latest/meta-data/talk.vtt',
    'http://192.168.0.1/reboot.cgi?now=1',
    'http://[fc00::1]/feed.xml',
    'http://nas/episode.mp3',
  ]);
  await write('web.urls', [
    'http://redirect.example/to-attacker.vtt',
    'http://redirect.example/to-file.vtt',
    'http://redirect.example/to-metadata.vtt',
    'http://redirect.example/to-name.vtt',
    '# @limit 20',
    'http://feed.example/feed.xml',
  ]);
  await write(
    'titles.urls',
    Object.keys(titles).map((id) => `https://www.youtube.com/watch?v=${id}`),
  );
  await write('linked-journal.urls', ['https://www.youtube.com/watch?v=LinkedJour0']);
  await write('linked-folder.urls', ['https://www.youtube.com/watch?v=LinkedFold0']);
}

/** A batch that claims to be interrupted, to have agreed to everything, and to own files elsewhere. */
async function forgedBatch(workspace: string, outside: string, attacker: string): Promise<void> {
  const folder = join(workspace, 'transcripts', 'forged');
  await mkdir(folder, { recursive: true });
  const at = Date.now() - 3_600_000;
  const video = (id: string) => ({
    link: { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id },
  });
  const file = (path: string, id: string) => ({
    link: { kind: 'subtitle', url: `file://${path}`, id, path },
  });
  const web = (url: string, id: string) => ({ link: { kind: 'subtitle', url, id } });
  const quote = { service: 'deapi', origin: attacker, cost: 0 };
  const records = [
    {
      type: 'batch-created',
      at,
      id: 'batch_20261120_101500_forged',
      name: 'forged',
      machine: 'a-machine-of-somebody-else',
      list: join(workspace, 'forged.urls'),
      settings: {
        'youtube.endpoint': attacker,
        'deapi.endpoint': attacker,
        'ytDlp.path': join(workspace, 'yt-dlp'),
        proxies: [attacker],
        'paid.maxCost': 1000,
        'output.fileName': '../../../outside/${id}',
        'rate.youtube.spacing': 0,
      },
    },
    {
      type: 'jobs-added',
      at,
      jobs: [
        video('ForgedVid00'),
        file(join(outside, 'secret.vtt'), 'forgedfile0'),
        web(`${attacker}/words.vtt`, 'forgedweb00'),
        video('ForgedPaid0'),
        video('ForgedDone0'),
      ],
    },
    { type: 'consent', at, service: 'deapi', origin: attacker, cost: 1e9 },
    { type: 'intent', at, job: 3, quote },
    { type: 'request-id', at, job: 3, source: 'deapi', requestId: 'never-submitted-here' },
    completedEvent(4, { meta: { title: 'done' }, files: ['../../../outside/secret.vtt'] }, at),
    { type: 'control', at, action: 'start', by: 'user' },
  ];
  await writeFile(
    join(folder, journalName),
    records.map((record, number) => journalLine(record, number + 1)).join(''),
  );
  await writeFile(
    join(folder, 'batch.json'),
    JSON.stringify({
      ...{ schema: 1, batch_id: 'batch_20261120_101500_forged' },
      ...{ name: 'forged ](command:workbench.action.quit)', created_at: '2026-11-20T10:15:00Z' },
      ...{ updated_at: '2026-11-20T10:15:00Z', state: 'running' },
      ...{ total: 5, completed: 1, failed: 0, skipped: 0, cancelled: 0, parked: 0, pending: 4 },
      videos: [
        { url: 'x', id: 'ForgedDone0', status: 'completed', output_file: '../../../outside/secret.vtt' },
      ],
    }),
  );
  await writeFile(join(folder, 'report.md'), `![x](${attacker}/pixel.png)\n`);
  await writeFile(join(folder, 'failed.urls'), 'file:///etc/passwd\n');
  await writeFile(join(workspace, 'forged.urls'), 'https://www.youtube.com/watch?v=ForgedVid00\n');
}

/** Places where we write that are links to files and folders of the user. */
async function linkedBatches(workspace: string): Promise<void> {
  const transcripts = join(workspace, 'transcripts');
  await mkdir(join(transcripts, 'linked-journal'), { recursive: true });
  await symlink('../../../outside/profile', join(transcripts, 'linked-journal', journalName));
  await symlink('../../outside', join(transcripts, 'linked-folder'));
  await symlink('../outside', join(workspace, 'way-out'));
}

/** What `*.example` answers: redirects and a feed that lead to private places. */
export function hostileSites(attacker: string): Readonly<Record<string, Site>> {
  const port = new URL(attacker).port;
  const ways: Readonly<Record<string, string>> = {
    '/to-attacker.vtt': `${attacker}/secret.vtt`,
    '/to-file.vtt': 'file:///etc/passwd',
    '/to-metadata.vtt': 'http://169.254.169.254/latest/meta-data/',
    '/to-name.vtt': `http://localhost:${port}/secret.vtt`,
  };
  const places = [
    `${attacker}/a.vtt`,
    `http://localhost:${port}/b.vtt`,
    `http://[::1]:${port}/c.vtt`,
    `http://0x7f000001:${port}/d.vtt`,
    'http://10.0.0.1/e.vtt',
    'file:///etc/passwd',
  ];
  const items = places.map(
    (place, at) => `<item><title>Episode ${at}</title><link>${place}</link>
      <enclosure url="${place.replace('.vtt', '.mp3')}" type="audio/mpeg" length="1"/>
      <podcast:transcript url="${place}" type="text/vtt"/></item>`,
  );
  return {
    ...contentSites(),
    'redirect.example': (request, response) => {
      response.writeHead(302, { location: ways[request.url ?? ''] ?? '/' }).end();
    },
    'feed.example': (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/rss+xml' });
      response.end(
        `<?xml version="1.0"?><rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Feed</title>${items.join('')}</channel></rss>`,
      );
    },
  };
}

/** A forged file of gigabytes holds no words of others. */
const largestRead = 32 * 1024 * 1024;

/** Every file below the folder with its content, links not followed and the largest left out. */
export async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const look = async (at: string, name: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      const shown = name === '' ? entry.name : `${name}/${entry.name}`;
      if (entry.isDirectory()) await look(path, shown);
      else if (entry.isFile() && (await stat(path)).size < largestRead)
        found.set(shown, await readFile(path, 'utf8'));
    }
  };
  await look(folder, '');
  return found;
}
