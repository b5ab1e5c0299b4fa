/**
 * Notes as a source of the engine: its jobs are transcripts that are there, its quota is that of the model. So notes
 * have the pool, the pauses, the journal, the OK for what costs money and the resume of all other jobs.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Link } from '../../model/link';
import type { QuotaName } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { KeptSteps, Quote, Readiness, Source, SourceRequest, SourceResult } from '../../model/source';
import type { TranscriptDocument } from '../../output/document';
import { asResult } from '../../sources/parts';
import type { ChatAnswer, ChatMessage, ChatModel, ChatModels } from './chatModel';
import { digestOf, doubtsOf, notesOrigin, renderNotes } from './notesFile';
import { templateOf, type NotesTemplate, type TemplateFiles } from './template';
import type { TranscriptWords } from './transcriptWords';
import { forecastTokens, writeNotes, type AskLog } from './writeNotes';

export interface NotesSourceParts {
  readonly words: TranscriptWords;
  readonly clock: { now(): number };
  readonly models: ChatModels;
  readonly templates: TemplateFiles;
}

export class NotesSource implements Source {
  readonly id = 'notes';
  readonly paid = true;

  constructor(private readonly parts: NotesSourceParts) {}

  readiness(settings: Settings): Promise<Readiness> {
    return this.parts.models.readiness(settings);
  }

  accepts(link: Link): boolean {
    return link.kind === 'transcript' && link.path !== undefined;
  }

  quotas(): readonly QuotaName[] {
    return ['notes'];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(() => this.attempt(request).finally(() => request.started.unused?.('notes')));
  }

  /** Whether notes at hand are about these words, with this template and model. */
  async isCurrent(head: string, link: Link, settings: Settings): Promise<boolean> {
    const origin = notesOrigin(head);
    if (origin?.id !== link.id || origin.template !== settings['notes.template']) return false;
    if (origin.model !== settings['notes.model']) return false;
    return origin.digest === (await this.parts.words.digest(await this.template(settings), link));
  }

  private template(settings: Settings): Promise<NotesTemplate> {
    return templateOf(settings['notes.template'], this.parts.templates);
  }

  private async attempt(request: SourceRequest): Promise<SourceResult> {
    const { settings, link, signal } = request;
    request.stage('noting');
    const template = await this.template(settings);
    const document = await this.parts.words.read(link, request.meta);
    const model = await this.parts.models.model(settings, signal);
    const quote = quoteOf(document, template, model, settings);
    if (!model.isFree && !(await request.consent(quote))) return { consent: quote };
    const digest = digestOf(document, template);
    const { notes, tokens } = await writeNotes({
      document,
      template,
      model: metered(model, request, quote),
      mark: hashOf(digest, model.name).slice(0, 20),
      signal,
      asks: new KeptAsks(request, model.name, model.isFree),
      progress: (at, of) => request.stage('noting', Math.floor((100 * (at - 1)) / of), { at, of }),
    });
    const doubts = doubtsOf(notes);
    if (doubts !== '') request.note?.(doubts);
    const origin = { model: model.name, template: template.name, digest };
    const text = renderNotes(document, notes, origin, tokens, this.parts.clock.now());
    const cost = model.isFree ? undefined : priceOf(tokens, settings);
    return {
      transcript: { ...document.transcript, cues: [], notes: { text, template: template.name } },
      ...(model.isFree ? {} : { paid: cost === undefined ? {} : { cost } }),
    };
  }
}

/** What a transcript's notes would take, as the user is told before anything is sent. */
function quoteOf(
  document: TranscriptDocument,
  template: NotesTemplate,
  model: Pick<ChatModel, 'contextTokens' | 'origin'>,
  settings: Settings,
): Quote {
  const { tokens } = forecastTokens(document, template, model.contextTokens);
  const cost = priceOf(tokens, settings);
  return { service: 'notes', origin: model.origin, ...(cost === undefined ? {} : { cost }) };
}

/** In the currency of the setting; undefined where the user has given no price. */
export function priceOf(tokens: number, settings: Settings): number | undefined {
  const price = settings['notes.pricePerMillionTokens'];
  return price > 0 ? (tokens * price) / 1e6 : undefined;
}

/** The model whose requests take their turn, and are on disk before they go out where they cost money. */
function metered(model: ChatModel, request: SourceRequest, quote: Quote): ChatModel {
  let isFirst = true;
  return {
    name: model.name,
    origin: model.origin,
    isFree: model.isFree,
    contextTokens: model.contextTokens,
    ...(model.count === undefined ? {} : { count: model.count.bind(model) }),
    ask: async (messages, { signal }) => {
      const permit = isFirst ? request.started : await request.permit(['notes']);
      isFirst = false;
      try {
        if (!model.isFree) await request.intent(quote);
        return await model.ask(messages, {
          signal,
          going: () => permit.going?.(),
          heard: (answer) => {
            permit.heard(answer);
          },
          sent: (via) => {
            request.sent(via);
          },
        });
      } finally {
        permit.release();
      }
    },
  };
}

const stepSchema = v.object({
  type: v.literal('ask'),
  key: v.string(),
  text: v.string(),
  input: v.optional(v.number()),
  output: v.optional(v.number()),
  cut: v.optional(v.literal(true)),
});

/** Answers kept from one attempt to the next, by what was asked of which model. */
class KeptAsks implements AskLog {
  private readonly kept: KeptSteps | undefined;
  private known: Promise<Map<string, ChatAnswer>> | undefined;

  constructor(
    private readonly request: SourceRequest,
    private readonly model: string,
    private readonly isFree: boolean,
  ) {
    this.kept = request.kept;
  }

  async answered(messages: readonly ChatMessage[]): Promise<ChatAnswer | undefined> {
    return (await this.all()).get(this.keyOf(messages));
  }

  async keep(messages: readonly ChatMessage[], { text, tokens, isCut }: ChatAnswer): Promise<void> {
    const key = this.keyOf(messages);
    const isKept = await this.kept?.add({
      type: 'ask',
      key,
      text,
      ...(tokens === undefined ? {} : { input: tokens.input, output: tokens.output }),
      ...(isCut === true ? { cut: true } : {}),
    });
    // What is on disk is settled: after a kill the next request goes out, and this one is not asked again.
    if (isKept === true && !this.isFree) await this.request.requestId(key.slice(0, 24));
  }

  private keyOf(messages: readonly ChatMessage[]): string {
    return hashOf(this.model, JSON.stringify(messages));
  }

  private all(): Promise<Map<string, ChatAnswer>> {
    return (this.known ??= this.load());
  }

  private async load(): Promise<Map<string, ChatAnswer>> {
    const answers = new Map<string, ChatAnswer>();
    for (const step of (await this.kept?.read()) ?? []) {
      const read = v.safeParse(stepSchema, step);
      if (!read.success) continue;
      const { key, text, input, output, cut } = read.output;
      answers.set(key, {
        text,
        ...(input === undefined ? {} : { tokens: { input, output: output ?? 0 } }),
        ...(cut === true ? { isCut: cut } : {}),
      });
    }
    return answers;
  }
}

function hashOf(...texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length} ${text}`);
  return hash.digest('hex');
}
