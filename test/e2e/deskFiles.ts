/**
 * What a workbench keeps on disk while an e2e suite uses it: the extension's own data, and the settings of the machine
 * it runs on.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export class DeskFiles {
  /** `userData`: absolute, the server's folder for what the user has. */
  constructor(private readonly userData: string) {}

  /** The folder of the extension's own data. */
  get storage(): string {
    return join(this.userData, 'User', 'globalStorage', 'bulk-transcribe.bulk-transcribe');
  }

  /** The settings of machine scope, which a workbench on a server keeps apart. */
  async machine(): Promise<Readonly<Record<string, unknown>>> {
    const text = await readFile(join(this.userData, 'Machine', 'settings.json'), 'utf8');
    return JSON.parse(text) as Record<string, unknown>;
  }
}
