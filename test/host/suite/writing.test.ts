/** Writing a Link List in VS Code: completion, outline, formatting, fixes for all lines, and a list of 100,000. */
import * as assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { until, watch, workspaceRoot, writeList } from './helpers';

async function opened(name: string, lines: readonly string[]): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await writeList(name, lines));
  await vscode.window.showTextDocument(document);
  return document;
}

async function labelsAt(document: vscode.TextDocument, line: number, column: number): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    new vscode.Position(line, column),
  );
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

function actionsAt(
  document: vscode.TextDocument,
  line: number,
  kind?: string,
): Thenable<readonly vscode.CodeAction[]> {
  const range = document.lineAt(line).range;
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, kind, 20);
}

describe('writing a Link List', () => {
  it('completes directives, values, and local files beside the list', async () => {
    await writeFile(join(workspaceRoot(), 'my talk.mp4'), '');
    await writeFile(join(workspaceRoot(), 'notes.docx'), '');
    const document = await opened('complete.urls', ['# @', '# @sources ', './', '']);
    assert.ok((await labelsAt(document, 0, 3)).includes('# @lang'));
    assert.ok((await labelsAt(document, 1, 11)).includes('yt-dlp'));
    const files = await labelsAt(document, 2, 2);
    assert.ok(files.includes('my talk.mp4') && !files.includes('notes.docx'), files.join());
    assert.ok((await labelsAt(document, 3, 0)).includes('./my talk.mp4'));
  });

  it('has an outline, and folds regions as regions', async () => {
    const document = await opened('outline.urls', [
      '# region Course',
      '# Talks',
      watch('Outline0001'),
      '# endregion',
    ]);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      [symbols[0]?.name, symbols[0]?.children[0]?.name, symbols[0]?.children[0]?.children.length],
      ['Course', 'Talks', 1],
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.deepEqual(
      folds.map(({ start, end, kind }) => [start, end, kind]),
      [
        [0, 3, vscode.FoldingRangeKind.Region],
        [1, 2, undefined],
      ],
    );
  });

  it('formats the document', async () => {
    const document = await opened('format.urls', [
      '',
      '#@lang:de',
      '',
      '',
      `  ${watch('Format00001')}  `,
      '',
      '',
    ]);
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      { tabSize: 2, insertSpaces: true },
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.getText(), `# @lang de\n\n${watch('Format00001')}\n`);
  });

  it('says on its line that a local file is missing, and leads from a duplicate to the first', async () => {
    const document = await opened('missing.urls', [
      './not there.mp4',
      watch('Twice000001'),
      `${watch('Twice000001')} # again`,
    ]);
    const found = await until('both problems', () => {
      const problems = vscode.languages.getDiagnostics(document.uri);
      return problems.length === 2 && problems;
    });
    const byLine = new Map(found.map((problem) => [problem.range.start.line, problem]));
    assert.match(byLine.get(0)?.message ?? '', /There is no file at .*not there\.mp4/);
    const place = byLine.get(2)?.relatedInformation?.[0]?.location;
    assert.deepEqual([place?.uri.toString(), place?.range.start.line], [document.uri.toString(), 1]);
    await writeFile(join(workspaceRoot(), 'not there.mp4'), '');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: '' }));
    await vscode.window.showTextDocument(document);
    await until('the file to be seen', () => vscode.languages.getDiagnostics(document.uri).length === 1);
  });

  it('offers a fix for all lines with the same problem, and commands for the line', async () => {
    const document = await opened('fixes.urls', [
      `1. ${watch('FixTalk0001')} one`,
      `2. ${watch('FixTalk0002')} two`,
      watch('FixTalk0003'),
      `${watch('FixTalk0004')} ${watch('FixTalk0005')}`,
    ]);
    const titles = (await actionsAt(document, 0)).map(({ title }) => title);
    assert.ok(titles.includes('Keep only the link, on all 2 lines'), titles.join());
    assert.ok(
      (await actionsAt(document, 3)).some(({ title }) => title === 'Put each link on a line of its own'),
    );
    assert.ok((await actionsAt(document, 2)).some(({ title }) => title === 'Transcribe this link'));
    const all = (await actionsAt(document, 0)).find(({ title }) => title.includes('on all 2 lines'));
    assert.ok(all?.edit);
    await vscode.workspace.applyEdit(all.edit);
    assert.equal(document.lineAt(1).text, watch('FixTalk0002'));
  });
});

describe('a list of 100,000 lines', () => {
  it('is read in the pauses of typing, not after every key', async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) =>
      at % 1000 === 0 ? `# Part ${at}` : watch(String(at).padStart(11, 'L')),
    );
    const measured = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const delays = monitorEventLoopDelay({ resolution: 5 });
      delays.enable();
      const cpu = process.cpuUsage();
      const from = performance.now();
      await work();
      const { user, system } = process.cpuUsage(cpu);
      delays.disable();
      // Read by test/bench/lists.ts.
      console.log(
        `      ${what}: CPU of the extension host ${((user + system) / 1000).toFixed(0)} ms, at a stretch ${(delays.max / 1e6).toFixed(0)} ms, in ${(performance.now() - from).toFixed(0)} ms`,
      );
    };
    const lensOf = async (document: vscode.TextDocument): Promise<string> => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        5,
      );
      return found[0]?.command?.title ?? '';
    };
    let document: vscode.TextDocument | undefined;
    await measured('open', async () => {
      document = await opened('long.urls', lines);
      await until('the lens', async () => document && (await lensOf(document)) !== '');
    });
    assert.ok(document);
    const editor = await vscode.window.showTextDocument(document);
    await measured('idle for 2 s', () => new Promise((resolve) => setTimeout(resolve, 2000)));
    await measured('type 20 keys', async () => {
      for (let at = 0; at < 20; at += 1)
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '#'));
    });
    await measured('and read once', async () => {
      await until('the lens', async () => document && /99.?900/.test(await lensOf(document)));
    });
    await measured('scroll 40 times', async () => {
      for (let at = 0; at < 40; at += 1) {
        editor.revealRange(new vscode.Range(at * 2500, 0, at * 2500, 0));
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    });
    assert.equal(document.lineCount, 100_001);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
