/**
 * Keys and the passwords of proxies and feeds in VS Code's secret storage. Each is bound to the origin it was entered
 * for: when an endpoint is changed to another host, no key follows it there.
 */
import type * as vscode from 'vscode';
import type { Secrets } from '../model/ports';
import { urlOf } from '../model/webUrl';

export type SecretName = Parameters<Secrets['get']>[0];

/** Which secrets there are, without their values; secret storage cannot be asked for that everywhere. */
const indexKey = 'bulkTranscribe.secretNames';
const prefix = 'bulkTranscribe.secret';

export class EditorSecrets implements Secrets {
  /** @param seen receives every value that is read or stored, so that the log can hide it. */
  constructor(
    private readonly storage: vscode.SecretStorage,
    private readonly memory: vscode.Memento,
    private readonly seen: (secret: string) => void,
  ) {}

  async get(name: SecretName, origin: string): Promise<string | undefined> {
    const key = keyOf(name, origin);
    const value = key === undefined ? undefined : await this.storage.get(key);
    if (value === undefined || value === '') return undefined;
    this.tell(name, value);
    return value;
  }

  /** Throws when `origin` is no address. */
  async set(name: SecretName, origin: string, value: string): Promise<void> {
    const key = keyOf(name, origin);
    if (key === undefined) throw new Error(`${origin} is not an address.`);
    this.tell(name, value);
    await this.storage.store(key, value);
    await this.memory.update(indexKey, [...new Set([...this.keys(), key])]);
  }

  /** Removes all keys and passwords; returns how many there were. */
  async clear(): Promise<number> {
    const keys = this.keys();
    for (const key of keys) await this.storage.delete(key);
    await this.memory.update(indexKey, undefined);
    return keys.length;
  }

  private tell(name: SecretName, value: string): void {
    this.seen(value);
    if (name === 'feed') this.seen(value.replace(/^[^:]*:/, ''));
  }

  private keys(): readonly string[] {
    const kept = this.memory.get<unknown>(indexKey);
    return Array.isArray(kept) ? kept.filter((key): key is string => typeof key === 'string') : [];
  }
}

/** Whether this key of the secret storage is one of ours. */
export function isSecretKey(key: string): boolean {
  return key.startsWith(`${prefix}:`);
}

function keyOf(name: SecretName, origin: string): string | undefined {
  const { protocol, host } = urlOf(origin) ?? { protocol: '', host: '' };
  return host === '' ? undefined : `${prefix}:${name}:${protocol}//${host}`;
}
