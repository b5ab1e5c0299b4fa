/** Services and servers with OpenAI's chat interface, as data: what *Write Notes…* offers where no model is set up. */

export interface ChatPreset {
  readonly name: string;
  /** `service`: costs money and wants a key. `own`: a program that the user runs. */
  readonly kind: 'service' | 'own';
  /** The value of `notes.endpoint`; empty where the user has to name it. */
  readonly endpoint: string;
  /** Models that write good notes, best first; the service's own list comes after them. */
  readonly models: readonly string[];
  /** Where the user gets the key. */
  readonly keyPage?: string;
  /** One sentence: how to start it, or what to know. */
  readonly note?: string;
}

export const chatPresets: readonly ChatPreset[] = [
  {
    name: 'OpenAI',
    kind: 'service',
    endpoint: 'https://api.openai.com/v1',
    models: ['gpt-4o-mini', 'gpt-4o'],
    keyPage: 'https://platform.openai.com/api-keys',
  },
  {
    name: 'Groq',
    kind: 'service',
    endpoint: 'https://api.groq.com/openai/v1',
    models: ['llama-3.3-70b-versatile', 'llama-3.1-8b-instant'],
    keyPage: 'https://console.groq.com/keys',
  },
  {
    name: 'Ollama',
    kind: 'own',
    endpoint: 'http://localhost:11434/v1',
    models: [],
    note: 'Start it with a long context, such as OLLAMA_CONTEXT_LENGTH=32768 ollama serve.',
  },
  {
    name: 'LM Studio',
    kind: 'own',
    endpoint: 'http://localhost:1234/v1',
    models: [],
    note: 'Start the server on its page Developer.',
  },
  {
    name: 'llama.cpp',
    kind: 'own',
    endpoint: 'http://localhost:8080/v1',
    models: [],
    note: 'Start it with llama-server -m MODEL.gguf -c 32768.',
  },
  {
    name: 'Another address',
    kind: 'own',
    endpoint: '',
    models: [],
    note: 'Any service with OpenAI\u2019s chat interface.',
  },
];
