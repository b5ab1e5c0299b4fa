/**
 * The native module with whisper.cpp in it (`@fugood/node-whisper-<platform>`), as far as it is used here. It
 * is loaded in the engine's own process alone: what goes wrong in native code ends that process and no other.
 */
import { isPlain } from '../../model/plain';

/** Milliseconds from the beginning of the sound that was handed over. */
export interface NativeSegment {
  readonly t0: number;
  readonly t1: number;
  readonly text: string;
}

export interface NativeResult {
  readonly language?: string;
  readonly segments: readonly NativeSegment[];
}

export interface NativeOptions {
  readonly language: string;
  readonly translate: boolean;
  readonly prompt?: string;
  readonly maxThreads?: number;
  readonly maxContext?: number;
  readonly tdrzEnable?: boolean;
  readonly onProgress?: (percent: number) => void;
  readonly onNewSegments?: (heard: { readonly segments: readonly NativeSegment[] }) => void;
}

export interface NativeWhisper {
  /** `sound`: 16 kHz, one channel, 16 bit, little endian. */
  transcribeData(sound: ArrayBuffer, options: NativeOptions): { readonly promise: Promise<NativeResult> };
}

export interface NativeVad {
  /** Stretches of speech, in hundredths of a second. */
  detectSpeechData(sound: ArrayBuffer): Promise<readonly { readonly t0: number; readonly t1: number }[]>;
}

interface ContextOptions {
  readonly filePath: string;
  readonly useGpu: boolean;
}

/** A constructor throws Error for what is no model. */
export interface Binding {
  readonly WhisperContext: new (options: ContextOptions) => NativeWhisper;
  readonly WhisperVadContext: new (options: ContextOptions) => NativeVad;
}

/** The module at an absolute path. Throws the loader's error, or Error where it is another module. */
export function loadBinding(path: string, load: (path: string) => unknown): Binding {
  const module = load(path);
  if (!isBinding(module)) throw new Error(`${path} is not the speech engine's module`);
  return module;
}

function isBinding(module: unknown): module is Binding {
  return (
    isPlain(module) &&
    typeof module.WhisperContext === 'function' &&
    typeof module.WhisperVadContext === 'function'
  );
}
