/**
 * npm run clients:sign -- --new-key FILE           makes the owner's key: FILE is the private half, keep it out of
 *                                                  the repository; the public half goes to publicKey.json
 * npm run clients:sign -- --key FILE --out FILE    signs knowledge.json for `youtube.clientsUrl`
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readKnowledge } from '../src/sources/youtube/knowledge';
import { readSigned } from '../src/sources/youtube/signed';

const folder = join(import.meta.dirname, '..', 'src', 'sources', 'youtube');
const publicFile = join(folder, 'publicKey.json');

/** The signed form of a table, as the program fetches it. Throws where the table breaks the schema. */
export function signedTable(table: string, privatePem: string): string {
  const read = readKnowledge(JSON.parse(table));
  if ('problem' in read) throw new Error(`The table is wrong: ${read.problem}`);
  const signature = sign(null, Buffer.from(table, 'utf8'), createPrivateKey(privatePem));
  return `${JSON.stringify({ schema: 1, table, signature: signature.toString('base64') })}\n`;
}

/** The public half of a private key, as publicKey.json has it. */
export function publicHalf(privatePem: string): string {
  return createPublicKey(privatePem).export({ type: 'spki', format: 'der' }).toString('base64');
}

function main(): void {
  const { values } = parseArgs({
    options: { 'new-key': { type: 'string' }, key: { type: 'string' }, out: { type: 'string' } },
  });
  const newKey = values['new-key'];
  if (newKey !== undefined) {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    // Never over a key that is there: what it signed could not be renewed.
    writeFileSync(newKey, pem, { mode: 0o600, flag: 'wx' });
    const key = { algorithm: 'ed25519', spki: publicHalf(pem) };
    writeFileSync(publicFile, `${JSON.stringify(key, undefined, 2)}\n`);
    console.log(`The private key is ${newKey}; keep it out of the repository. Commit publicKey.json.`);
    return;
  }
  if (values.key === undefined || values.out === undefined)
    throw new Error('Say --new-key FILE, or --key FILE --out FILE.');
  const pem = readFileSync(values.key, 'utf8');
  const signed = signedTable(readFileSync(join(folder, 'knowledge.json'), 'utf8'), pem);
  const proof = readSigned(signed);
  if ('problem' in proof)
    throw new Error(`The program would refuse it: ${proof.problem}. Is this the owner's key?`);
  writeFileSync(values.out, signed);
  console.log(`${values.out} is version ${proof.version}.`);
}

if (process.argv[1]?.endsWith('clientsSign.ts') === true) main();
