/**
 * Runs inside VS Code: loads the test files beside this one in the build, and writes down their results,
 * because an exit code alone can be wrong.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

export function run(): Promise<void> {
  const grep = process.env.BULK_TRANSCRIBE_TEST_GREP;
  const mocha = new Mocha({
    color: false,
    timeout: 180_000,
    forbidOnly: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const name of readdirSync(__dirname))
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const results = process.env.BULK_TRANSCRIBE_TEST_RESULTS;
      if (results !== undefined) writeFileSync(results, JSON.stringify(runner.stats));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed.`));
    });
  });
}
