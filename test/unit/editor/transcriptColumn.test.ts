/** A transcript does not cover the panel it is opened from, where that can be helped. */
import assert from 'node:assert/strict';
import { transcriptColumn } from '../../../src/editor/transcriptColumn';

describe('the column of a transcript', () => {
  it('is the one after the panel, else the one before it', () => {
    assert.equal(transcriptColumn(1, [1, 2, 3], true), 2);
    assert.equal(transcriptColumn(2, [1, 2], true), 1);
    assert.equal(transcriptColumn(3, [1, 2, 3], false), 2, 'also where the panel is narrow');
  });

  it('is a new one beside a lone panel that is wide enough', () => {
    assert.equal(transcriptColumn(1, [1], true), 'beside');
  });

  it('is the active one where there is no room, and where no panel is in view', () => {
    assert.equal(transcriptColumn(1, [1], false), undefined);
    assert.equal(transcriptColumn(undefined, [1, 2], true), undefined);
  });
});
