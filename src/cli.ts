/**
 * Composition root of the terminal program: makes the outside world, assembles the house and runs one
 * command. No settings are read from the working folder.
 */
import { dirname, join, resolve } from 'node:path';
import { version } from '../package.json';
import { assemble, type House, type World } from './assemble';
import { endAsTold, openConsole, writeJson, type CliConsole } from './cliConsole';
import { exportTo } from './cliExport';
import { inputParts, nameFeeds } from './cliInput';
import { mcp } from './cliMcp';
import { createOwner, helpOthers, redisPasswordVariable, sharedLimits } from './cliCluster';
import { notesAbout, notesPlanning } from './cliNotes';
import { keepSetting, settingsFiles, validSettings } from './cliSettings';
import type { Engine } from './engine/api';
import { readStatus } from './library/batchStatus';
import { TemplateFolders, templatesPath } from './library/notes/templateFolder';
import type { NewJob } from './model/events';
import { FailureError, toFailure } from './model/failure';
import type { Secrets } from './model/ports';
import { readSettings } from './model/settings';
import type { SettingName, Settings } from './model/settings';
import type { Source } from './model/source';
import { mayBePublic } from './model/addresses';
import { systemClock } from './platform/clock';
import { NodeFiles } from './platform/files';
import { createOutlets } from './platform/filterProxy';
import { keepHeapSmall } from './platform/heap';
import { createLog, Redactor } from './platform/log';
import { computerFacts } from './platform/computer';
import { createMachine, modelsFolder, stateFolder, userSettingsPath } from './platform/machine';
import { createNetwork, type Network } from './platform/network';
import { createProcesses } from './platform/processes';
import { systemRandom } from './platform/random';
import { boxedEngine } from './platform/whisper/boxed';
import { FeedPassword, feedPasswordVariable } from './platform/feedPassword';
import { environmentSecrets } from './platform/secrets';
import { checkSetup } from './sources/doctor';
import { SpeechSetup } from './sources/speechSetup/setup';
import { doneBefore } from './terminal/doneBefore';
import { dryRunJson, dryRunText } from './terminal/dryRun';
import { problemWords, startProblem, type ExitCode } from './terminal/exitCodes';
import { completion, helpText, manPage, usageWords } from './terminal/helpText';
import { readInputs, type InputParts } from './terminal/inputs';
import { JsonLines } from './terminal/jsonLines';
import { notesAfter, notesAfterResume, type NotesWorld } from './terminal/notes';
import { readCommandLine } from './terminal/options';
import type { Command } from './terminal/options';
import { renderIn } from './terminal/render';
import { plainText, quoted } from './terminal/screen';
import { Session, type BatchRequest } from './terminal/session';
import { setupJson, setupText } from './terminal/setup';
import { setUpSpeech } from './terminal/speechSetup';
import { searchIn, searchPlace } from './terminal/search';
import { statusJson, statusText } from './terminal/status';

type Performed = Exclude<Command, { kind: 'help' | 'version' | 'usage' | 'man' | 'completion' }>;

async function main(): Promise<ExitCode> {
  const args = process.argv.slice(2);
  const command = readCommandLine(args);
  switch (command.kind) {
    case 'help':
      process.stdout.write(helpText(command.about));
      return 0;
    case 'version':
      process.stdout.write(`${version}\n`);
      return 0;
    case 'man':
      process.stdout.write(manPage(version));
      return 0;
    case 'completion':
      process.stdout.write(completion(command.shell));
      return 0;
    case 'usage':
      process.stderr.write(usageWords(plainText(command.problem), command.command));
      if (args.includes('--json')) jsonLines().error('usage', command.problem);
      return 2;
    default:
      return perform(command);
  }
}

const jsonLines = (): JsonLines => new JsonLines(writeJson, () => systemClock.now());

async function perform(command: Performed): Promise<ExitCode> {
  const { options } = command;
  const redactor = new Redactor();
  const console = openConsole({ ...options, json: options.json || command.kind === 'mcp' }, (text) =>
    redactor.redact(text),
  );
  // In `mcp` stdout is the protocol's alone.
  const json = options.json && command.kind !== 'mcp' ? jsonLines() : undefined;
  try {
    if (console.unlogged) throw console.unlogged;
    return await performWith(command, console, json, redactor);
  } catch (error) {
    const failure = toFailure(error);
    const { exit, code } = startProblem(failure);
    const message = problemWords(failure);
    console.problem(message);
    json?.error(code, plainText(redactor.redact(message)));
    return exit;
  }
}

async function performWith(
  command: Performed,
  console: CliConsole,
  json: JsonLines | undefined,
  redactor: Redactor,
): Promise<ExitCode> {
  const { options } = command;
  const files = new NodeFiles();
  const fromFile = await settingsFiles(files, options);
  const { settings, problems, wrong } = readSettings(fromFile, options.given);
  for (const problem of problems) console.problem(problem);

  const validOf = (named: object): Partial<Settings> => validSettings(named, settings, wrong);
  // A batch that is resumed brings its own: its proxies and endpoints hold from its first request on.
  const inForce: { of?: Engine } = {};
  const current = (): Settings => (inForce.of?.batches.length ? inForce.of.settings : settings);
  const templateFile = command.kind === 'notes' ? command.templateFile : undefined;
  const feeds = new FeedPassword(process.env[feedPasswordVariable], console.problem);
  const secrets = environmentSecrets(process.env, current, redactor, feeds);
  const { world, network } = await createWorld(files, current, console, { redactor, secrets }, templateFile);
  const owner = createOwner(world, console);
  redactor.add(process.env[redisPasswordVariable]);
  const house = assemble({ ...world, elsewhere: owner, share: sharedLimits(world) });
  nameFeeds(house.engine, feeds);
  const inputs = inputParts(files, console, redactor, feeds);
  inForce.of = house.engine;
  const parts = { ...world, modelsFolder: modelsFolder(), computer: computerFacts() };
  const speech = new SpeechSetup(parts, house.sources);
  const hourMinutes = (wanted: Settings): Promise<number | undefined> => speech.hourMinutesInChain(wanted);
  const session = new Session(house.engine, systemClock, console, json, options.waitDiskMs, hourMinutes);
  const writeNotesOf = notesPlanning(house, session, console);
  try {
    switch (command.kind) {
      case 'run':
        return await run(command, settings, {
          ...{ session, inputs, console, json, hourMinutes, writeNotesOf },
          sources: house.sources,
          done: (request) => doneBefore(request, { engine: house.engine, files }),
        });
      case 'resume':
      case 'retry':
        return await resume(command, validOf({ ...fromFile, ...options.given }), settings, session, {
          readList: (read) => readInputs(read, inputs),
          writeNotesOf,
        });
      case 'render':
        return await renderIn({ folder: resolve(command.folder), settings: validOf(options.given) }, house, {
          console,
          files,
          error: json && ((code, message) => json.error(code, message)),
        });
      case 'export':
        return await exportTo(command, settings, house, { console, files });
      case 'notes':
        return await notesAbout(command, settings, house, session, { console, files });
      case 'status':
        return await showStatus(command, settings, house, { console, files, json });
      case 'search':
        return await searchFor(command, settings, house, { console, files });
      case 'mcp': {
        const maxCost = readSettings(options.given).settings['paid.maxCost'];
        return await mcp(house, { version, settings, maxCost, files, console });
      }
      case 'worker':
        return await helpOthers({ settings, world, sources: house.sources, sound: house.sound, console });
      case 'setup':
      case 'doctor':
        return command.kind === 'setup'
          ? await setUp(command, settings, speech, { console, files })
          : await examine(settings, { world, house }, speech, console);
    }
  } finally {
    await house.engine.dispose();
    await owner.close();
    await network.close();
  }
}

/** `status`. */
async function showStatus(
  command: Extract<Performed, { kind: 'status' }>,
  settings: Settings,
  { engine }: House,
  { console, files, json }: Pick<RunParts, 'console' | 'json'> & { readonly files: NodeFiles },
): Promise<ExitCode> {
  const folder = resolve(command.folder ?? settings['output.folder']);
  let exit: ExitCode = 0;
  for (const status of await readStatus(folder, engine, files)) {
    if (status instanceof FailureError) {
      exit = 1;
      console.problem(status.failure.message);
      json?.error(startProblem(status.failure).code, plainText(status.failure.message));
    } else if (console.json) console.json(statusJson(status));
    else for (const line of statusText(status, systemClock.now())) console.words(line);
  }
  return exit;
}

/** `search`. */
async function searchFor(
  { words: args, limit }: Extract<Performed, { kind: 'search' }>,
  settings: Settings,
  { search }: House,
  { console, files }: { readonly console: CliConsole; readonly files: NodeFiles },
): Promise<ExitCode> {
  const isFolder = async (path: string): Promise<boolean> =>
    (await files.stat(resolve(path)).catch(() => undefined))?.kind === 'folder';
  const { words, folder } = await searchPlace(args, resolve(settings['output.folder']), isFolder);
  const world = { console, monotonic: () => systemClock.monotonic() };
  return searchIn({ words, limit }, folder, search, world);
}

/** `setup speech`. */
function setUp(
  command: Extract<Performed, { kind: 'setup' }>,
  settings: Settings,
  setup: SpeechSetup,
  { console, files }: { readonly console: CliConsole; readonly files: NodeFiles },
): Promise<ExitCode> {
  const world = {
    setup,
    settings,
    console,
    absolute: (file: string) => resolve(file),
    keep: (name: SettingName, value: unknown) => keepSetting(files, command.options, name, value),
    monotonic: () => systemClock.monotonic(),
  };
  return setUpSpeech(world, command);
}

/** `doctor`. */
async function examine(
  settings: Settings,
  { world, house }: { readonly world: World; readonly house: House },
  speech: SpeechSetup,
  console: CliConsole,
): Promise<ExitCode> {
  const outputFolder = resolve(settings['output.folder']);
  const lines = [
    ...(await checkSetup(world, settings, { outputFolder, speech })),
    await house.notesLine(settings, new AbortController().signal),
  ];
  for (const line of lines) {
    if (console.json) console.json(setupJson(line));
    else console.words(setupText(line));
  }
  return lines.some((line) => line.state === 'error') ? 1 : 0;
}

/** `resume` and `retry`: the batch has its own settings; what was given now overrides them. */
function resume(
  { kind, folder, trust, allowPrivate }: Extract<Performed, { kind: 'resume' | 'retry' }>,
  overrides: Partial<Settings>,
  settings: Settings,
  session: Session,
  {
    readList,
    writeNotesOf,
  }: {
    readonly readList: (read: Parameters<typeof readInputs>[0]) => ReturnType<typeof readInputs>;
    readonly writeNotesOf: RunParts['writeNotesOf'];
  },
): Promise<ExitCode> {
  const jobsOf = async (list: string): Promise<readonly NewJob[]> => {
    const { requests } = await readList({ inputs: [list], redo: false, allowPrivate, settings, given: {} });
    return requests[0]?.jobs ?? [];
  };
  const how = { retryFailed: kind === 'retry', trust, allowPrivate };
  return notesAfterResume(
    settings,
    (ended) => session.resume(resolve(folder), overrides, how, jobsOf, ended),
    writeNotesOf,
  );
}

interface RunParts {
  readonly session: Session;
  readonly inputs: InputParts;
  readonly console: CliConsole;
  readonly json: JsonLines | undefined;
  readonly sources: readonly Source[];
  readonly hourMinutes: (settings: Settings) => Promise<number | undefined>;
  readonly done: (request: BatchRequest) => Promise<ReadonlySet<string>>;
  readonly writeNotesOf: (folder: string, settings: Settings) => NotesWorld;
}

async function run(
  command: Extract<Performed, { kind: 'run' }>,
  settings: Settings,
  { session, inputs, console, json, sources, hourMinutes, done, writeNotesOf }: RunParts,
): Promise<ExitCode> {
  const started = systemClock.monotonic();
  const { requests, refused } = await readInputs(
    { ...command, settings, given: command.options.given },
    inputs,
  );
  let worst: ExitCode = refused.length > 0 ? 2 : 0;
  for (const { failure } of refused) {
    console.problem(failure.message);
    json?.error(startProblem(failure).code, failure.message);
  }
  for (const [at, request] of requests.entries()) {
    if (command.dryRun) {
      const facts = { hourMinutes: await hourMinutes(request.settings), done: await done(request) };
      console.json?.(dryRunJson(request, sources, facts));
      for (const line of dryRunText(request, sources, facts)) console.words(line);
      continue;
    }
    const code = await notesAfter(request.settings, (ended) => session.run(request, ended), writeNotesOf);
    if (code > worst) worst = code;
    if (code !== 130) continue;
    const others = requests.slice(at + 1).flatMap(({ list }) => (list === undefined ? [] : [quoted(list)]));
    if (others.length > 0) console.words(`Not begun; run them with: bulk-transcribe ${others.join(' ')}`);
    break;
  }
  if (!command.dryRun && requests.length + refused.length > 1)
    json?.total((systemClock.monotonic() - started) / 1000);
  return worst;
}

async function createWorld(
  files: NodeFiles,
  settings: () => Settings,
  console: CliConsole,
  { redactor, secrets }: { readonly redactor: Redactor; readonly secrets: Secrets },
  templateFile: string | undefined,
): Promise<{ readonly world: World; readonly network: Network }> {
  const folder = stateFolder();
  const level = process.env.BULK_TRANSCRIBE_LOG;
  const log = createLog(redactor, (severity, line) => {
    const shown = level === 'debug' || (level !== undefined && severity !== 'debug');
    if (shown) console.words(`${severity}: ${line}`);
    else if (severity !== 'debug') console.logged(`${severity}: ${line}`);
  });
  const network = createNetwork({
    stack: 'own',
    settings,
    secrets,
    files,
    clock: systemClock,
    stateFolder: folder,
  });
  const own = userSettingsPath();
  const chosen = [
    ...(templateFile === undefined ? [] : [dirname(resolve(templateFile))]),
    ...(own === undefined ? [] : [join(dirname(own), 'templates')]),
  ];
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
    workspace: () => [process.cwd()],
    // Who starts it in a terminal trusts what is given to it.
    isTrusted: () => true,
    mayBePublic,
    whisperEngine: boxedEngine(__dirname),
    templates: new TemplateFolders(
      files,
      () => chosen,
      () => [join(process.cwd(), ...templatesPath)],
    ),
  };
  return { world, network };
}

keepHeapSmall();
main().then(
  (code) => {
    process.exitCode = code;
    endAsTold();
  },
  (error: unknown) => {
    const known = toFailure(error);
    process.stderr.write(`Internal error: ${plainText(known.message)}\n`);
    process.exitCode = 1;
  },
);
