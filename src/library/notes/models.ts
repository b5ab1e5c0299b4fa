/** The models of notes: of the endpoint in the settings, else those that the host offers. */
import type { Settings } from '../../model/settings';
import type { Readiness } from '../../model/source';
import type { ChatModel, ChatModels, ModelFacts } from './chatModel';

export class ChosenModels implements ChatModels {
  /** `host`: the language models of VS Code; absent in a terminal. */
  constructor(
    private readonly endpoints: ChatModels,
    private readonly host: ChatModels | undefined,
  ) {}

  readiness(settings: Settings): Promise<Readiness> {
    return this.of(settings).readiness(settings);
  }

  facts(settings: Settings): Promise<ModelFacts | undefined> {
    return this.of(settings).facts(settings);
  }

  model(settings: Settings, signal: AbortSignal): Promise<ChatModel> {
    return this.of(settings).model(settings, signal);
  }

  private of(settings: Settings): ChatModels {
    return settings['notes.endpoint'] === '' ? (this.host ?? this.endpoints) : this.endpoints;
  }
}
