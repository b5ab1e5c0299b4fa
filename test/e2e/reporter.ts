/**
 * Mocha's own reporter, which also says what was tried a second time and why. A key or a click that VS Code
 * drops on a busy machine must not fail a whole run, and must not go unseen either.
 */
import Mocha from 'mocha';

export default class WithSecondTries extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
      console.log(`    tried again: ${test.fullTitle()}\n${error.stack ?? error.message}`);
    });
  }
}
