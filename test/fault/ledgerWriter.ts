/** A process that records payments, and reads the record again and again. Arguments: state folder, its own name. */
import { Ledger } from '../../src/engine/folder/ledger';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { systemRandom } from '../../src/platform/random';

const [folder = '', name = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const log = { write: (_level: string, message: string) => void process.stderr.write(`${message}\n`) };
  const ledger = new Ledger(new NodeFiles(folder), systemClock, log, folder, systemRandom);
  for (let at = 0; ; at += 1) {
    const video = `${name}-${at}`;
    await ledger.intent('/place', video);
    if (at % 3 === 0) await ledger.settled('/place', video);
    if (at % 7 === 0) await ledger.started(`batch-${name}`, '/place', { proxies: [`http://p:${at}`] }, true);
    process.stdout.write(`${video}\n`);
    if (at % 10 === 0) await ledger.load();
  }
}

void main();
