/** The `.urls` language in VS Code: hovers, links, inlays and diagnostics of a list's lines. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { run, until, untilState, watch, writeList } from './helpers';

const lines = [
  '# Lectures',
  watch('UrlsTalk000'),
  'javascript:alert(1)',
  'https://youtu.be/UrlsTalk000',
  'UrlsTalk001   # a bare id',
  '# @workers 3',
  '# Second part',
  watch('UrlsTalk002'),
];

async function opened(name: string, content: readonly string[] = lines): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await writeList(name, content));
  await vscode.window.showTextDocument(document);
  return document;
}

function problems(document: vscode.TextDocument, count: number): Promise<readonly vscode.Diagnostic[]> {
  return until(`${count} problems`, () => {
    const found = vscode.languages.getDiagnostics(document.uri);
    return found.length === count && found;
  });
}

async function lenses(document: vscode.TextDocument): Promise<readonly string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    20,
  );
  return found.map((lens) => lens.command?.title ?? '');
}

describe('a .urls list in the editor', () => {
  it('has a language of its own', async () => {
    assert.equal((await opened('language.urls')).languageId, 'urls');
  });

  it('marks a line that is no link, a duplicate and an unknown directive, each with its reason', async () => {
    const found = await problems(await opened('problems.urls'), 3);
    const byLine = new Map(found.map((problem) => [problem.range.start.line, problem]));
    assert.equal(byLine.get(2)?.severity, vscode.DiagnosticSeverity.Error);
    assert.match(byLine.get(2)?.message ?? '', /link|http/i);
    assert.equal(byLine.get(3)?.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(byLine.get(3)?.message ?? '', /line 2/);
    assert.match(byLine.get(5)?.message ?? '', /workers/);
  });

  it('says over the list how many links there are', async () => {
    const document = await opened('lens.urls');
    assert.deepEqual(await lenses(document), ['Transcribe 3 links']);
  });

  it('takes a duplicate out by a quick fix, and its problem goes', async () => {
    const document = await opened('fix.urls');
    const [duplicate] = (await problems(document, 3)).filter(({ range }) => range.start.line === 3);
    assert.ok(duplicate);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      duplicate.range,
    );
    const remove = actions.find((action) => /duplicate/i.test(action.title) && action.edit);
    assert.ok(remove?.edit, actions.map((action) => action.title).join(', '));
    assert.ok(await vscode.workspace.applyEdit(remove.edit));
    assert.equal(document.lineCount, lines.length);
    assert.ok(!document.getText().includes('youtu.be'));
    await problems(document, 2);
  });

  it('makes links of entries, bare ids too, and of nothing else', async () => {
    const document = await opened('links.urls');
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const targets = links.map((link) => link.target?.toString(true) ?? '');
    assert.ok(targets.includes(watch('UrlsTalk001')), targets.join(' '));
    assert.ok(
      targets.every((target) => target.startsWith('https://')),
      targets.join(' '),
    );
  });

  it('folds by headings', async () => {
    const document = await opened('folding.urls');
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.ok(
      ranges.some(({ start, end }) => start === 0 && end >= 4),
      JSON.stringify(ranges),
    );
  });

  it('says when it is done what became of the links, over the list and on hover', async () => {
    const document = await opened('done.urls', [watch('UrlsTalk003'), watch('UrlsTalk004')]);
    await run('transcribeList', document.uri);
    await untilState('done', 'finished');
    await until('the lens', async () => (await lenses(document)).some((title) => title.includes('2 done')));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(0, 12),
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n');
    assert.match(text, /Done/);
  });
});
