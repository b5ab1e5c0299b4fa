/**
 * Services on the internet by their own https addresses, played on loopback: a proxy that leads their tunnels to a
 * server with a certificate for them, which passes the requests on to a stand-in. All other hosts are not there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { program } from '../programs/find';

export interface SecureHosts {
  /** For `http.proxy`. */
  readonly proxy: string;
  /** The certificate's file, for NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  /** `host:port` of each tunnel that was asked for. */
  readonly targets: readonly string[];
  close(): void;
}

/** @param hosts by name: the origin of the stand-in, and what its paths lack at the beginning. */
export async function startSecureHosts(
  hosts: Readonly<Record<string, { readonly origin: string; readonly without?: string }>>,
): Promise<SecureHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'secure-hosts-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = Object.keys(hosts).map((name) => `DNS:${name}`);
  const made = spawnSync(
    program('openssl'),
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=Stand-in', '-addext', `subjectAltName=${names.join(',')}`],
      ...['-keyout', key, '-out', certificate],
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const tls = { key: readFileSync(key), cert: readFileSync(certificate) };
  const site = https.createServer(tls, (request, response) => {
    const { origin, without = '' } = hosts[request.headers.host ?? ''] ?? { origin: '' };
    const path = (request.url ?? '').slice(without.length);
    const { method, headers } = request;
    const onward = http.request(`${origin}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  });
  const targets: string[] = [];
  const sockets = new Set<Duplex>();
  const proxy = http.createServer((_request, response) => response.writeHead(502).end());
  const port = async (server: http.Server | https.Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const sitePort = await port(site);
  proxy.on('connect', ({ url = '' }: http.IncomingMessage, socket: Duplex) => {
    targets.push(url);
    if (hosts[url.replace(/:443$/, '')] === undefined) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const upstream = connect(sitePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) {
      sockets.add(end);
      end.on('error', () => [upstream, socket].forEach((one) => one.destroy()));
      end.on('close', () => sockets.delete(end));
    }
  });
  return {
    proxy: `http://127.0.0.1:${await port(proxy)}`,
    certificate,
    targets,
    close: () => {
      for (const socket of sockets) socket.destroy();
      for (const server of [site, proxy]) {
        server.close();
        server.closeAllConnections();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
