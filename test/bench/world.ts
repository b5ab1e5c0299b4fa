/** The world of a bench that runs the engine in its own process: all of it real, nothing of the user's own. */
import { join } from 'node:path';
import type { World } from '../../src/assemble';
import { mayBePublic } from '../../src/model/addresses';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { createOutlets, directDial } from '../../src/platform/filterProxy';
import { NodeHttp } from '../../src/platform/http';
import { DirectRoute } from '../../src/platform/httpRoute';
import { createLog, Redactor } from '../../src/platform/log';
import { createMachine } from '../../src/platform/machine';
import { createProcesses } from '../../src/platform/processes';
import { systemRandom } from '../../src/platform/random';
import { DirectRouter } from '../helpers/directRouter';

/** `folder`: absolute, of this run; its state folder is made there. */
export async function benchWorld(folder: string): Promise<World & { readonly http: NodeHttp }> {
  const files = new NodeFiles();
  const stateFolder = join(folder, 'state');
  return {
    clock: systemClock,
    random: systemRandom,
    files,
    http: new NodeHttp(new DirectRouter(new DirectRoute('own'))),
    outlets: createOutlets(directDial()),
    processes: createProcesses(),
    secrets: { get: () => Promise.resolve(undefined) },
    machine: await createMachine(files, systemRandom, stateFolder),
    log: createLog(new Redactor(), () => undefined),
    redact: (text) => text,
    hideFeed: () => undefined,
    stateFolder,
    mayBePublic,
    templates: { read: () => Promise.resolve(undefined), names: () => Promise.resolve([]) },
  };
}
