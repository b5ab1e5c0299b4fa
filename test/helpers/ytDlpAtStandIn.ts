/**
 * The real yt-dlp with its real extractor, asking a stand-in instead of YouTube: a starter makes it use plain
 * http for www.youtube.com, and its way out leads to the stand-in's port.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createOutlets, type Dial } from '../../src/platform/filterProxy';
import { program as programOfTheTable } from '../programs/find';
import { ytDlpModules } from '../programs/table';
import { realParts, type RealParts } from './realParts';

export interface YtDlpAtStandIn {
  /** For the setting `ytDlp.path`. */
  readonly program: string;
  readonly parts: RealParts;
  close(): void;
}

const starter = `import sys
import yt_dlp
from yt_dlp.YoutubeDL import YoutubeDL
from yt_dlp.networking import Request
urlopen = YoutubeDL.urlopen
def plain(self, req):
    if isinstance(req, str):
        req = Request(req)
    if req.url.startswith('https://www.youtube.com/'):
        req = req.copy()
        req.url = 'http' + req.url[5:]
    return urlopen(self, req)
YoutubeDL.urlopen = plain
yt_dlp.main()
`;

/** `port`: of the stand-in on loopback. Throws where the set-up has not been run. */
export function ytDlpAtStandIn(port: number): YtDlpAtStandIn {
  const python3 = programOfTheTable('python3');
  const folder = mkdtempSync(path.join(tmpdir(), 'yt-dlp-stand-in-'));
  const program = path.join(folder, 'yt-dlp');
  writeFileSync(path.join(folder, 'start.py'), starter);
  const python = `PYTHONPATH='${ytDlpModules}' exec '${python3}' '${path.join(folder, 'start.py')}'`;
  writeFileSync(program, `#!/bin/sh\n${python} "$@"\n`);
  chmodSync(program, 0o755);
  const dial: Dial = (target) =>
    new Promise((resolve, reject) => {
      if (target.host !== 'www.youtube.com' && target.host !== '127.0.0.1')
        throw new Error(`Nobody may ask ${target.host}.`);
      const socket = connect(port, '127.0.0.1', () => resolve({ socket, via: 'direct' }));
      socket.once('error', reject);
    });
  const parts = realParts();
  return {
    program,
    parts: { ...parts, outlets: createOutlets(dial) },
    close: () => {
      parts.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
