// How the program ends: every failure has an exit code, and a sentence with the next step.
import assert from 'node:assert/strict';
import { failure } from '../../../src/model/failure';
import { problemWords, startProblem } from '../../../src/terminal/exitCodes';

describe('The end of the terminal program', () => {
  it('has the next step also where the sentence is the system’s', () => {
    const full = failure('disk', 'The disk is full (ENOSPC): /out/a.srt');
    assert.match(problemWords(full), /^The disk is full \(ENOSPC\): \/out\/a\.srt\. Make room .* again\.$/);
    const ours = failure('disk', 'No permission: /out. Name another file after --out.');
    assert.equal(problemWords(ours), ours.message);
    const held = failure('disk', 'Another window has it', { needs: 'owner' });
    assert.equal(problemWords(held), held.message);
  });

  it('is 130 where the user has interrupted it', () => {
    assert.deepEqual(startProblem(failure('cancelled', 'Stopped.')), { exit: 130, code: 'interrupted' });
  });
});
