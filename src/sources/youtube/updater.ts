/**
 * A newer table of YouTube's clients and reasons, from the address in the setting `youtube.clientsUrl`:
 * only where the user has turned it on and trusts the workspace, once a day or after YouTube has refused
 * all clients, and only with the owner's signature. The last good one is kept in the state folder.
 */
import path from 'node:path';
import * as v from 'valibot';
import { toFailure } from '../../model/failure';
import type { Clock, Files, Http, Log } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { SourceRequest } from '../../model/source';
import { readJson, shortWords } from '../parts';
import { builtInKnowledge, currentKnowledge, useKnowledge } from './knowledge';
import { ownersKey, readSigned } from './signed';

export interface UpdaterParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly files: Files;
  readonly log: Log;
  readonly stateFolder: string;
  /** Whether the user trusts the workspace. Absent: not. */
  readonly isTrusted?: () => boolean;
}

const hourMs = 3_600_000;
/** Interval between two checks. */
const pauseMs = { daily: 24 * hourMs, failure: hourMs } as const;
const maxBytes = 512 * 1024;
const timeoutMs = 10_000;

const keptSchema = v.object({
  /** Epoch ms of the last check. */
  looked: v.number(),
  /** The last good one as received. */
  signed: v.optional(v.string()),
});
type Kept = v.InferOutput<typeof keptSchema>;

export class KnowledgeUpdater {
  private kept: Kept | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly parts: UpdaterParts,
    private readonly key = ownersKey,
  ) {}

  /** Checks for a newer table where that is allowed and due. Never throws; a bad one changes nothing. */
  async look(
    request: Pick<SourceRequest, 'settings' | 'signal' | 'sent'>,
    why: keyof typeof pauseMs,
  ): Promise<void> {
    const url = urlOf(request.settings);
    if (url === undefined || this.parts.isTrusted?.() !== true) {
      useKnowledge(builtInKnowledge);
      return;
    }
    this.running ??= this.lookNow(url, request, why).finally(() => (this.running = undefined));
    await this.running;
  }

  private async lookNow(
    url: string,
    request: Pick<SourceRequest, 'signal' | 'sent'>,
    why: keyof typeof pauseMs,
  ): Promise<void> {
    const { http, clock, log } = this.parts;
    try {
      const kept = await this.load();
      const since = clock.now() - kept.looked;
      if (since >= 0 && since < pauseMs[why]) return;
      this.kept = { ...kept, looked: clock.now() };
      const answer = await http.request({
        ...{ method: 'GET', url, signal: request.signal, timeoutMs, maxBytes },
        redirects: 'same-origin',
        reach: 'asked',
      });
      request.sent(answer.via);
      const text = new TextDecoder().decode(answer.body);
      const problem = answer.status === 200 ? this.take(text) : `the server answered ${answer.status}`;
      if (problem !== undefined) log.write('warn', `YouTube's clients were not updated: ${problem}.`);
      await this.keep();
    } catch (error) {
      log.write('warn', `YouTube's clients were not updated: ${shortWords(toFailure(error).message)}`);
    }
  }

  /** Uses a signed table if it is valid and newer; otherwise returns why not. */
  private take(text: string): string | undefined {
    const read = readSigned(text, this.key);
    if ('problem' in read) return read.problem;
    const { version } = currentKnowledge();
    if (read.version === version) return undefined;
    if (read.version < version) return `it is older (${read.version}) than what is in use (${version})`;
    useKnowledge(read);
    this.kept = { looked: this.kept?.looked ?? 0, signed: text };
    this.parts.log.write('info', `YouTube's clients were updated to ${read.version}.`);
    return undefined;
  }

  private get file(): string {
    return path.join(this.parts.stateFolder, 'youtube-clients.json');
  }

  /** Kept by an earlier run; checked again, because the file may have been changed. */
  private async load(): Promise<Kept> {
    if (this.kept !== undefined) {
      if (this.kept.signed !== undefined && currentKnowledge() === builtInKnowledge)
        this.take(this.kept.signed);
      return this.kept;
    }
    const bytes = await this.parts.files.read(this.file, 2 * maxBytes).catch(() => undefined);
    const read = v.safeParse(keptSchema, bytes === undefined ? undefined : readJson(bytes));
    this.kept = { looked: read.success ? read.output.looked : 0 };
    if (read.success && read.output.signed !== undefined) this.take(read.output.signed);
    return this.kept;
  }

  private async keep(): Promise<void> {
    await this.parts.files.makeFolder(this.parts.stateFolder);
    await this.parts.files.writeWhole(this.file, JSON.stringify(this.kept));
  }
}

function urlOf(settings: Settings): string | undefined {
  const url = settings['youtube.clientsUrl'];
  return settings['youtube.updateClients'] && url !== '' ? url : undefined;
}
