/** A certificate authority of the tests, and certificates that it signs. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../programs/find';

export interface Signed {
  /** Of the authority, for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** @param names as OpenSSL writes them, such as `IP:127.0.0.1,DNS:redis.test`. Writes its files into the folder. */
export function signedFor(folder: string, names: string): Signed {
  const file = (name: string): string => join(folder, name);
  const made = { authority: file('ca.pem'), certificate: file('server.pem'), key: file('server.key') };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(file('names.cnf'), `subjectAltName=${names}\n`);
  openssl(
    ...['req', '-x509', ...key, '-days', '2', '-subj', '/CN=Test authority'],
    ...['-keyout', file('ca.key'), '-out', made.authority],
  );
  openssl('req', ...key, '-subj', '/CN=Stand-in', '-keyout', made.key, '-out', file('server.csr'));
  openssl(
    ...['x509', '-req', '-in', file('server.csr'), '-days', '2', '-extfile', file('names.cnf')],
    ...['-CA', made.authority, '-CAkey', file('ca.key'), '-CAcreateserial', '-out', made.certificate],
  );
  return made;
}

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program('openssl'), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
