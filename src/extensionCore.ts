/**
 * The heavy half of the composition root inside VS Code: the engine and the outside world it works with. It is
 * read on first use, so that opening a folder costs next to nothing.
 */
import { join } from 'node:path';
import { assemble, type World } from './assemble';
import type { Core } from './editor/core';
import type { LogChannel } from './editor/logChannel';
import type { EditorSecrets } from './editor/secrets';
import type { EditorSettings } from './editor/settings';
import { TemplateFolders, templatesPath } from './library/notes/templateFolder';
import { HostModels } from './editor/notes/hostModels';
import { vscodeModels } from './editor/notes/vscodeModels';
import { isTrusted, trustedProcesses } from './editor/trustedProcesses';
import { workspaceFolders } from './editor/workspaceFolders';
import { ownerOf } from './engine/folder/owner';
import { mayBePublic } from './model/addresses';
import { systemClock } from './platform/clock';
import { computerFacts } from './platform/computer';
import { NodeFiles } from './platform/files';
import { createOutlets } from './platform/filterProxy';
import { createLog, type Redactor } from './platform/log';
import { createMachine, stateFolder as ownStateFolder } from './platform/machine';
import { createNetwork } from './platform/network';
import { createProcesses } from './platform/processes';
import { systemRandom } from './platform/random';
import { boxedEngine } from './platform/whisper/boxed';
import { checkSetup } from './sources/doctor';
import { SpeechSetup } from './sources/speechSetup/setup';

export interface CoreParts {
  readonly redactor: Redactor;
  readonly log: LogChannel;
  readonly settings: EditorSettings;
  readonly secrets: EditorSecrets;
  /** The proxy of VS Code's own settings; empty or undefined: none. */
  readonly hostProxy: () => string | undefined;
  /** Absolute; where the extension's built files are. */
  readonly builtFolder: string;
  /** Absolute; where the extension keeps what belongs to the user: downloaded models. */
  readonly storageFolder: string;
}

export async function createCore(parts: CoreParts): Promise<Core> {
  const { redactor, log: channel, settings, secrets, hostProxy, builtFolder, storageFolder } = parts;
  const files = new NodeFiles();
  const stateFolder = ownStateFolder();
  const machine = await createMachine(files, systemRandom, stateFolder, (text) =>
    channel.write('warn', text, undefined),
  );
  const network = createNetwork({
    // VS Code's own stack knows the user's proxy and certificates.
    stack: 'host',
    settings: () => settings.read(),
    secrets,
    files,
    clock: systemClock,
    stateFolder,
    hostProxy,
  });
  const world: World = {
    clock: systemClock,
    random: systemRandom,
    files,
    http: network.http,
    outlets: createOutlets(network.dial),
    processes: trustedProcesses(createProcesses({ workFolder: () => files.tempFolder('cwd') })),
    secrets,
    machine,
    log: createLog(redactor, channel.write),
    redact: (text) => redactor.redact(text),
    hideFeed: (url) => redactor.addFeed(url),
    stateFolder,
    workspace: workspaceFolders,
    isTrusted,
    mayBePublic,
    whisperEngine: boxedEngine(builtFolder),
    hostModels: new HostModels(vscodeModels, systemClock),
    templates: new TemplateFolders(files, () =>
      isTrusted() ? workspaceFolders().map((folder) => join(folder, ...templatesPath)) : [],
    ),
  };
  const house = assemble(world);
  const speech = new SpeechSetup(
    { ...world, modelsFolder: join(storageFolder, 'models'), computer: computerFacts() },
    house.sources,
  );
  return {
    engine: house.engine,
    sources: house.sources,
    speech,
    search: house.search,
    notes: house.notes,
    subjects: house.subjects,
    library: house.library,
    chatModelsAt: (endpoint, signal) => house.chatModelsAt(endpoint, signal),
    files,
    machineId: machine.id,
    ownerOf: (folder) => ownerOf(folder, world),
    exportBatch: async (folder, format, out) => {
      await house.exportBatch(folder, format, out, settings.read()['export.pdfFont']);
    },
    renderBatch: (folder, how) => house.renderBatch(folder, how),
    agent: (place) => house.agent(place),
    checkSetup: async (wanted, outputFolder, signal) => {
      const options = { signal, speech, ...(outputFolder === undefined ? {} : { outputFolder }) };
      const [lines, notes] = await Promise.all([
        checkSetup(world, wanted, options),
        house.notesLine(wanted, signal),
      ]);
      return [...lines, notes];
    },
    close: async () => {
      await house.engine.dispose();
      await network.close();
    },
  };
}
