/**
 * npm run clients:check -- FOLDER
 * Compares src/sources/youtube/knowledge.json with an unpacked yt-dlp: FOLDER holds `yt_dlp`, or is it. Ends with 1
 * and a line for each difference, 2 when there is no yt-dlp in it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInKnowledge } from '../src/sources/youtube/knowledge';
import { differences, readTheirClients, readTheirDefaults } from './clientTables';

const [given = ''] = process.argv.slice(2);
const places = ['', 'yt_dlp', 'usr/lib/python3/dist-packages/yt_dlp'].map((inner) => join(given, inner));
const folder = places.find((place) => existsSync(join(place, 'extractor', 'youtube', '_base.py')));
if (given === '' || folder === undefined) {
  console.error(
    given === ''
      ? 'Name the folder of an unpacked yt-dlp: npm run clients:check -- FOLDER'
      : `There is no yt_dlp/extractor/youtube/_base.py in ${given}.`,
  );
  process.exit(2);
}
const textOf = (...names: string[]): string => readFileSync(join(folder, ...names), 'utf8');
const theirs = readTheirClients(textOf('extractor', 'youtube', '_base.py'));
const lines = differences(builtInKnowledge, theirs);
const version = /__version__ = '([\d.]+)'/.exec(textOf('version.py'))?.[1] ?? 'unknown';
const names = builtInKnowledge.clients.map(({ name }) => name);
const others = readTheirDefaults(textOf('extractor', 'youtube', '_video.py')).filter(
  (name) => !names.includes(name),
);
console.log(`yt-dlp ${version}; our clients were last compared with ${builtInKnowledge.ytDlp}.`);
if (others.length > 0) console.log(`yt-dlp asks by default as ${others.join(', ')}, and we do not.`);
for (const line of lines) console.log(line);
console.log(lines.length === 0 ? 'No difference.' : `${lines.length} differences.`);
process.exit(lines.length === 0 ? 0 : 1);
