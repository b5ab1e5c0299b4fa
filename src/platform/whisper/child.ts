/** The entry of `dist/whisperEngine.js`, which Node runs as a program of its own; see engine.ts. */
import { createRequire } from 'node:module';
import { exits, runEngine } from './engine';

// A native error may leave its promise open for ever: then nothing is left to do, and Node would end with 0.
process.once('beforeExit', () => {
  process.stderr.write('error: failed to process audio\n');
  process.exit(exits.failed);
});

void runEngine(process.argv.slice(2), {
  load: createRequire(__filename),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
}).then((exit) => process.exit(exit));
