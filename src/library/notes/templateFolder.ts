/** A user's templates: Markdown files in folders, `.bulk-transcribe/templates` of a trusted workspace among them. */
import { join } from 'node:path';
import { isInsidePath } from '../../model/insidePath';
import type { Files } from '../../model/ports';
import { builtInTemplates, type TemplateFiles } from './template';

/** Inside of a workspace folder. */
export const templatesPath = ['.bulk-transcribe', 'templates'] as const;

const ending = '.md';
const maxBytes = 1024 * 1024;

export class TemplateFolders implements TemplateFiles {
  /**
   * `folders`: absolute, the first that has a template counts; asked each time, since trust may be given later.
   * `found`: as `folders`, but a built-in template is never taken from there: the user has not chosen them.
   */
  constructor(
    private readonly files: Pick<Files, 'read' | 'list' | 'realPath'>,
    private readonly folders: () => readonly string[],
    private readonly found: () => readonly string[] = () => [],
  ) {}

  async read(name: string): Promise<string | undefined> {
    // A journal names templates too: one is a name in the folder, never a path.
    if (name.includes('/') || !isInsidePath(name + ending)) return undefined;
    const isBuiltIn = builtInTemplates.some((one) => one.name === name);
    for (const folder of [...this.folders(), ...(isBuiltIn ? [] : this.found())]) {
      const path = join(folder, name + ending);
      const root = await this.files.realPath(folder);
      // A link would let a workspace send any file of the computer to a model.
      if (root === undefined || (await this.files.realPath(path)) !== join(root, name + ending)) continue;
      const bytes = await this.files.read(path, maxBytes);
      if (bytes !== undefined) return new TextDecoder().decode(bytes);
    }
    return undefined;
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const folder of [...this.folders(), ...this.found()])
      for (const name of await this.files.list(folder).catch((): readonly string[] => []))
        if (name.endsWith(ending)) names.push(name.slice(0, -ending.length));
    return names;
  }
}
