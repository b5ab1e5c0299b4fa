/** `mcp`: the tools for language models on stdin and stdout, until the client ends or a signal comes. */
import { resolve } from 'node:path';
import type { House } from './assemble';
import type { CliConsole } from './cliConsole';
import type { Files } from './model/ports';
import type { Settings } from './model/settings';
import { refuseLeadingOut } from './terminal/inputs';
import type { ExitCode } from './terminal/exitCodes';

export interface McpCommand {
  readonly version: string;
  readonly settings: Settings;
  /** As it was given on the command line: a settings file does not agree to what models start. */
  readonly maxCost: number;
  readonly files: Files;
  readonly console: CliConsole;
}

/** Runs until stdin ends. The caller ends the batches, which stay resumable. */
export async function mcp(
  house: House,
  { version, settings, maxCost, files, console }: McpCommand,
): Promise<ExitCode> {
  const cwd = process.cwd();
  const folder = resolve(settings['output.folder']);
  const agent = house.agent({
    settings: () => settings,
    maxCost,
    folders: () => [cwd],
    outputFolder: async () => {
      await refuseLeadingOut(folder, settings, { files, cwd });
      return folder;
    },
  });
  const { serveMcp } = await import('./agent/mcp');
  const ended = new Promise<ExitCode>((done) => {
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => done(0));
    console.onInterrupt(() => done(130));
  });
  const server = serveMcp({ version, agent, onError: (error) => console.problem(error.message) });
  const exit = await ended;
  await server.close();
  return exit;
}
