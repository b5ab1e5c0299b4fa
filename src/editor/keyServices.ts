/** Services that a key can be set for. */
export type KeyService = 'deapi' | 'openai' | 'notes';

export function isKeyService(value: unknown): value is KeyService {
  return value === 'deapi' || value === 'openai' || value === 'notes';
}
