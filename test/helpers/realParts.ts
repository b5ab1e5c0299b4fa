/** The real outside world for sources: real requests, files and programs; keys of the test's own. */
import { createOutlets, directDial } from '../../src/platform/filterProxy';
import { systemClock } from '../../src/platform/clock';
import { NodeHttp } from '../../src/platform/http';
import { DirectRoute } from '../../src/platform/httpRoute';
import { NodeFiles } from '../../src/platform/files';
import { createProcesses } from '../../src/platform/processes';
import type { SourceParts } from '../../src/sources/parts';
import { programEnvironment } from '../programs/find';
import { DirectRouter } from './directRouter';

export interface RealParts extends SourceParts {
  readonly logged: string[];
  close(): void;
}

/** `keys`: by name and origin, as `deapi http://127.0.0.1:1`. */
export function realParts(
  keys: Readonly<Record<string, string>> = {},
  env: NodeJS.ProcessEnv = programEnvironment(),
): RealParts {
  const http = new NodeHttp(new DirectRouter(new DirectRoute('own')));
  const logged: string[] = [];
  return {
    http,
    files: new NodeFiles(),
    processes: createProcesses({ env }),
    outlets: createOutlets(directDial()),
    secrets: { get: (name, origin) => Promise.resolve(keys[`${name} ${origin}`]) },
    clock: systemClock,
    log: { write: (level, message) => logged.push(`${level} ${message}`) },
    logged,
    close: () => http.close(),
  };
}
