/** A set-up of speech-to-text with the real engine, and a catalogue of one small model on a stand-in server. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { readSettings, type Settings } from '../../src/model/settings';
import { SpeechSetup } from '../../src/sources/speechSetup/setup';
import type { ModelFile, WhisperModel } from '../../src/sources/speechSetup/models';
import { createSources } from '../../src/sources/table';
import { startModelServer, type ModelServer } from '../servers/models';
import { builtInEngine } from './builtInEngine';
import { realParts, type RealParts } from './realParts';
import { speakingModel } from './whisperModel';

export interface SpeechRig {
  readonly parts: RealParts;
  readonly setup: SpeechSetup;
  readonly server: ModelServer;
  readonly modelsFolder: string;
  readonly model: WhisperModel;
  settings(given?: Partial<Settings>): Settings;
  close(): void;
}

const fileOf = (fileName: string, content: Buffer): ModelFile => ({
  fileName,
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  sha1: '',
  repository: 'someone/models',
  licence: 'MIT',
});

/** `folder`: for everything that is kept. The server has the model under every address. */
export async function speechRig(folder: string, says = ' Good morning. This is a test.'): Promise<SpeechRig> {
  const content = speakingModel({ says });
  const server = await startModelServer(content);
  const parts = realParts();
  const modelsFolder = path.join(folder, 'models');
  const world = {
    ...parts,
    whisperEngine: builtInEngine(),
    stateFolder: path.join(folder, 'state'),
    modelsFolder,
    computer: { cores: 4, memoryMB: 8192, graphics: false },
  };
  const model: WhisperModel = {
    ...fileOf('ggml-base-test.bin', content),
    name: 'base',
    languages: 99,
    memoryMB: 10,
    coreSeconds: 1,
    suits: 'tests',
  };
  // The same content: the server knows one file.
  const vad = fileOf('ggml-silero-test.bin', content);
  const setup = new SpeechSetup(world, createSources(world), { models: [model], vad });
  return {
    parts,
    setup,
    server,
    modelsFolder,
    model,
    settings: (given = {}) => readSettings({ 'speech.mirror': server.origin, ...given }).settings,
    close: () => {
      server.close();
      parts.close();
    },
  };
}
