/**
 * The tools for language models in VS Code: each is asked for before it transcribes, with the estimate, and before it
 * reads a list that is not on YouTube. What they do is in agent/, loaded with the engine on first use.
 */
import * as vscode from 'vscode';
import type { Agent } from '../agent/agent';
import { toolNames, type ToolName } from '../agent/toolNames';
import { FailureError, failure } from '../model/failure';
import type { AgentQuestion } from './agentQuestions';
import type { Core, CoreAccess } from './core';
import { leadsOut, outputFolderOf } from './outputFolder';
import type { EditorSettings } from './settings';
import { workspaceFolders } from './workspaceFolders';

export interface AgentToolsParts {
  readonly access: CoreAccess;
  readonly settings: EditorSettings;
}

export function registerAgentTools(parts: AgentToolsParts): vscode.Disposable {
  const tools = new AgentTools(parts);
  return vscode.Disposable.from(
    ...toolNames.map((name) =>
      vscode.lm.registerTool<object>(name, {
        prepareInvocation: ({ input }) => tools.prepare(name, input),
        invoke: ({ input }, token) => tools.invoke(name, input, token),
      }),
    ),
  );
}

class AgentTools {
  private made: Promise<Agent> | undefined;

  constructor(private readonly parts: AgentToolsParts) {}

  async invoke(
    name: ToolName,
    input: object,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const agent = await this.agent();
    const stop = new AbortController();
    const unlisten = token.onCancellationRequested(() => stop.abort());
    if (token.isCancellationRequested) stop.abort();
    try {
      const { text, isError } = await agent.call(name, input, { signal: stop.signal });
      // VS Code hands the message of an error to the model.
      if (isError) throw new Error(text);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    } finally {
      unlisten.dispose();
    }
  }

  async prepare(name: ToolName, input: object): Promise<vscode.PreparedToolInvocation> {
    const { toolTable } = await import('../agent/tools');
    const { running } = toolTable[name];
    const question = await this.question(name, input);
    return {
      invocationMessage: `${running}…`,
      ...(question === undefined ? {} : { confirmationMessages: shown(question) }),
    };
  }

  private async question(name: ToolName, input: object): Promise<AgentQuestion | undefined> {
    if (name !== 'list_videos' && name !== 'transcribe_links') return undefined;
    const { listQuestion, startQuestion } = await import('./agentQuestions');
    if (name === 'list_videos') return listQuestion(input);
    const agent = await this.agent();
    // What cannot be started is said by the call itself; there is nothing to confirm.
    const plan = await agent.plan(input).catch(() => undefined);
    if (plan === undefined) return undefined;
    const { readySources } = await import('./planLines');
    const core = await this.parts.access.get();
    return startQuestion(plan, {
      ready: await readySources(core, { ...plan.settings, ...plan.forBatch }),
      where: vscode.workspace.asRelativePath(plan.outputFolder),
      now: Date.now(),
    });
  }

  private agent(): Promise<Agent> {
    this.made ??= this.parts.access.get().then((core) => this.agentOf(core));
    this.made.catch(() => (this.made = undefined));
    return this.made;
  }

  private agentOf(core: Core): Agent {
    const { settings } = this.parts;
    const root = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;
    return core.agent({
      settings: () => settings.read(root()),
      // Paid work waits in the panel: a model's tool may be allowed once for all.
      maxCost: 0,
      folders: workspaceFolders,
      outputFolder: async () => {
        const scope = root();
        const folder = scope === undefined ? undefined : outputFolderOf(settings, scope);
        if (scope === undefined || folder === undefined)
          throw new FailureError(
            failure(
              'invalid-url',
              'No local folder is open in VS Code, so there is no place for transcripts. Ask the user to open one.',
            ),
          );
        const out = await leadsOut(core.files, folder, scope);
        if (out === undefined) return folder;
        throw new FailureError(
          failure(
            'invalid-url',
            `${folder} leads out of the workspace, to ${out}. Ask the user to name that folder in their own settings if they want it.`,
          ),
        );
      },
    });
  }
}

/** Words of others are appended as text and code: no Markdown of theirs is drawn. */
function shown({ title, lines, links }: AgentQuestion): vscode.LanguageModelToolConfirmationMessages {
  const message = new vscode.MarkdownString();
  for (const line of lines) message.appendText(line).appendMarkdown('\n\n');
  message.appendCodeblock(links.join('\n'), 'text');
  return { title, message };
}
