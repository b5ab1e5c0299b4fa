/**
 * Composition root of the terminal program: makes the outside world, assembles the house and runs one
 * command. No settings are read from the working folder.
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createLogUpdate } from 'log-update';
import { version } from '../package.json';
import { assemble, type World } from './assemble';
import type { Engine } from './engine/api';
import { maxListBytes } from './intake/decodeText';
import type { NewJob } from './model/events';
import { FailureError, failure, toFailure } from './model/failure';
import { isPlain } from './model/plain';
import { isSettingName, readSettings } from './model/settings';
import type { Settings } from './model/settings';
import { mayBePublic } from './platform/addresses';
import { systemClock } from './platform/clock';
import { NodeFiles } from './platform/files';
import { createOutlets } from './platform/filterProxy';
import { homeFolder } from './platform/home';
import { createLog, Redactor } from './platform/log';
import { createMachine, stateFolder } from './platform/machine';
import { createNetwork, type Network } from './platform/network';
import { createProcesses } from './platform/processes';
import { systemRandom } from './platform/random';
import { environmentSecrets } from './platform/secrets';
import { checkSetup } from './sources/doctor';
import { exportedJson, exportedWords } from './terminal/exported';
import { readInputs } from './terminal/inputs';
import type { InputParts } from './terminal/inputs';
import { readCommandLine, usage } from './terminal/options';
import type { Command, RunOptions } from './terminal/options';
import { Session } from './terminal/session';
import type { Console, ExitCode } from './terminal/session';
import { setupJson, setupText } from './terminal/setup';

type Performed = Exclude<Command, { kind: 'help' | 'version' | 'usage' }>;

/** Before a batch stands there is nothing to keep, and after its end everything is kept. */
const endAtOnce = (): void => {
  process.exit(130);
};
let onSignal = (): void => {
  process.stderr.write('Stopped; no batch was begun or changed.\n');
  endAtOnce();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onSignal());

/** Nobody reads any more what is told there (`| head`): a batch is stopped as by Ctrl-C, all else just ends. */
const unread = new AbortController();
process.stdout.on('error', () => unread.abort());
// Words that nobody hears are no reason to end.
process.stderr.on('error', () => undefined);

async function main(): Promise<ExitCode> {
  const command = readCommandLine(process.argv.slice(2));
  switch (command.kind) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'version':
      process.stdout.write(`${version}\n`);
      return 0;
    case 'usage':
      process.stderr.write(`${command.problem}\n\n${usage}`);
      return 2;
    default:
      return perform(command);
  }
}

async function perform(command: Performed): Promise<ExitCode> {
  const { options } = command;
  const redactor = new Redactor();
  const console = openConsole(options.json, (text) => redactor.redact(text));
  const files = new NodeFiles();
  const fromFile = await settingsFile(files, options);
  const { settings, problems, wrong } = readSettings(fromFile, options.given);
  for (const problem of problems) console.problem(problem);

  // A batch that is resumed brings its own: its proxies and endpoints hold from its first request on.
  const inForce: { of?: Engine } = {};
  const current = (): Settings => (inForce.of?.batches.length ? inForce.of.settings : settings);
  const { world, network } = await createWorld(files, current, console, redactor);
  const house = assemble(world);
  inForce.of = house.engine;
  const session = new Session(house.engine, systemClock, console);
  try {
    switch (command.kind) {
      case 'run':
        return await run(command, settings, session, files, console);
      case 'resume':
      case 'retry': {
        // The batch has its own settings; only what was given now overrides them.
        const overrides = Object.fromEntries(
          Object.keys({ ...fromFile, ...options.given })
            .filter(isSettingName)
            .filter((name) => name === 'proxies' || !wrong.has(name))
            .map((name) => [name, settings[name]]),
        );
        const jobsOf = async (list: string): Promise<readonly NewJob[]> => {
          const read = { inputs: [list], redo: false, settings, given: {} };
          const [request] = await readInputs(read, inputParts(files, console));
          return request?.jobs ?? [];
        };
        const isRetry = command.kind === 'retry';
        return await session.resume(resolve(command.folder), overrides, isRetry, jobsOf);
      }
      case 'export': {
        const folder = resolve(command.folder);
        const out = resolve(options.out ?? `${folder}.${command.format}`);
        const font = settings['export.pdfFont'];
        const pdfFont = font === '' ? '' : resolve(font);
        const result = await house
          .exportBatch(folder, command.format, out, pdfFont)
          .catch((error: unknown) => {
            const { code, needs, message } = toFailure(error);
            if (code !== 'disk' || needs === 'journal') throw error;
            throw new FailureError(failure('disk', `${message}. Name another file after --out.`));
          });
        for (const line of exportedWords(result, out)) console.words(line);
        console.json?.(exportedJson(result, { folder, format: command.format, out }));
        return 0;
      }
      case 'doctor': {
        const outputFolder = resolve(settings['output.folder']);
        const lines = await checkSetup(world, settings, { outputFolder });
        for (const line of lines) {
          if (console.json) console.json(setupJson(line));
          else console.words(setupText(line));
        }
        return lines.some((line) => line.state === 'error') ? 1 : 0;
      }
    }
  } finally {
    await house.engine.dispose();
    await network.close();
  }
}

async function run(
  command: Extract<Performed, { kind: 'run' }>,
  settings: Settings,
  session: Session,
  files: NodeFiles,
  console: Console,
): Promise<ExitCode> {
  const requests = await readInputs(
    { ...command, settings, given: command.options.given },
    inputParts(files, console),
  );
  let worst: ExitCode = 0;
  for (const request of requests) {
    const code = await session.run(request);
    if (code === 130) return code;
    if (code > worst) worst = code;
  }
  return worst;
}

function inputParts(files: NodeFiles, console: Console): InputParts {
  return {
    files,
    clock: systemClock,
    cwd: process.cwd(),
    home: homeFolder() ?? '',
    standardInput: () => bytesOf(process.stdin),
    pipe: (path) => bytesOf(createReadStream(path)),
    confirm,
    words: console.words,
  };
}

async function settingsFile(files: NodeFiles, options: RunOptions): Promise<Record<string, unknown>> {
  if (options.settingsFile === undefined) return {};
  const bytes = await files.read(resolve(options.settingsFile), 1024 * 1024);
  const bad = (why: string): FailureError =>
    new FailureError(failure('invalid-url', `${options.settingsFile ?? ''} ${why}`));
  if (!bytes) throw bad('is not there. Name a JSON file after --settings.');
  let value: unknown;
  try {
    value = JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch (error) {
    throw bad(`is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (!isPlain(value)) throw bad('must hold one object with settings by name.');
  return Object.fromEntries(
    Object.entries(value).map(([name, setting]) => [name.replace(/^bulkTranscribe\./, ''), setting]),
  );
}

async function createWorld(
  files: NodeFiles,
  settings: () => Settings,
  console: Console,
  redactor: Redactor,
): Promise<{ readonly world: World; readonly network: Network }> {
  const folder = stateFolder();
  const level = process.env.BULK_TRANSCRIBE_LOG;
  const log = createLog(redactor, (severity, line) => {
    if (level === 'debug' || (level !== undefined && severity !== 'debug'))
      console.words(`${severity}: ${line}`);
  });
  const secrets = environmentSecrets(process.env, settings, redactor);
  const network = createNetwork({
    stack: 'own',
    settings,
    secrets,
    files,
    clock: systemClock,
    stateFolder: folder,
  });
  const world: World = {
    clock: systemClock,
    random: systemRandom,
    files,
    http: network.http,
    outlets: createOutlets(network.dial),
    processes: createProcesses({ workFolder: () => files.tempFolder('cwd') }),
    secrets,
    machine: await createMachine(files, systemRandom, folder, console.problem),
    log,
    redact: (text) => redactor.redact(text),
    hideFeed: (url) => redactor.addFeed(url),
    stateFolder: folder,
    mayBePublic,
  };
  return { world, network };
}

/** What people read passes `redact`; programs are told the links as they are, by which they know them again. */
function openConsole(json: boolean, redact: (text: string) => string): Console {
  const stream = json ? process.stderr : process.stdout;
  // A dumb terminal (an editor's shell) shows cursor movements as rubbish.
  const moves = stream.isTTY && process.env.TERM !== 'dumb';
  const draw = !json && moves ? createLogUpdate(stream) : undefined;
  let moving = '';
  const redraw = (text: string): void => {
    moving = redact(text);
    if (moving === '') draw?.clear();
    else draw?.(moving);
  };
  return {
    words: (line) => {
      // Lasting lines stand above the moving part, which is drawn again at once so that nothing flickers.
      draw?.clear();
      (unread.signal.aborted ? process.stderr : stream).write(`${redact(line)}\n`);
      if (moving !== '') draw?.(moving);
    },
    problem: (line) => {
      process.stderr.write(`${redact(line)}\n`);
    },
    columns: () => stream.columns || 80,
    ...(draw ? { redraw } : {}),
    ...(json ? { json: (line: string) => void process.stdout.write(line) } : {}),
    confirm,
    onInterrupt: (callback) => {
      let asked = false;
      onSignal = () => {
        // Asked twice, it ends at once: everything lasting is on disk already.
        if (asked) process.exit(130);
        asked = true;
        // A disk that refuses from the first write on lets no batch begin, and so none stop.
        setTimeout(endAtOnce, 15_000).unref();
        callback();
      };
      unread.signal.addEventListener('abort', callback);
      if (unread.signal.aborted) queueMicrotask(callback);
      return () => {
        unread.signal.removeEventListener('abort', callback);
        onSignal = endAtOnce;
      };
    },
  };
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

/** Ends soon after the longest list that is read: what writes without end must not fill the memory. */
async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    length += piece.length;
    if (length > maxListBytes) break;
  }
  return Buffer.concat(pieces);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const known = toFailure(error);
    process.stderr.write(`${known.code === 'internal' ? 'A fault of ours: ' : ''}${known.message}\n`);
    process.exitCode = known.code === 'internal' ? 1 : 2;
  },
);
