// What the program wrote itself, given back to it as a list: its videos, not what was said in them.
import { strict as assert } from 'node:assert';
import { whole } from '../../../../src/captions/sliced';
import { emptyState, reduce, type BatchState } from '../../../../src/engine/state/reducer';
import type { Link } from '../../../../src/model/link';
import { failure } from '../../../../src/model/failure';
import type { TranscriptDocument } from '../../../../src/output/document';
import { csvHead, csvRow } from '../../../../src/output/exportCsv';
import { renderers } from '../../../../src/output/formats';
import { manifestPieces } from '../../../../src/output/manifest';
import { renderJsonLine } from '../../../../src/output/plain';
import { renderReport } from '../../../../src/output/report';
import { a, c, d, everywhere, links, read, watch } from '../../../helpers/readLists';
import { transcript, youtube } from '../../output/samples';

const vimeo: Link = { kind: 'page', url: 'https://vimeo.com/76979871', id: 'abcdefghijk' };
const local: Link = {
  kind: 'media',
  url: 'file:///lists/talk.mp4',
  id: 'abcdefghij8',
  path: '/lists/talk.mp4',
};
const channel: Link = {
  kind: 'list',
  list: 'youtube-channel',
  url: 'https://www.youtube.com/@gone',
  id: 'abcdefghij0',
};

function document(link: Link): TranscriptDocument {
  const text = `Hello, see https://youtu.be/${c} and vimeo.com/1`;
  return {
    link,
    transcript: transcript({
      cues: [{ start: 0, end: 2, text }],
      meta: { title: `Reaction to https://youtu.be/${d}` },
    }),
    batch: 'talks',
    transcribed: '2026-11-20T10:15:00Z',
    timestamps: 'paragraph',
  };
}

/** A batch whose titles and errors name other addresses. */
function batch(jobs: readonly Link[]): BatchState {
  const state = emptyState();
  reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'talks', machine: 'm', settings: {} });
  const meta = { title: `Reaction to https://youtu.be/${d}` };
  reduce(state, { type: 'jobs-added', at: 1, jobs: jobs.map((link) => ({ link, meta })) });
  for (const job of jobs.keys()) {
    const failed = failure('payment', 'Top up at https://billing.example.org/account.');
    const outcome = { status: 'failed', failure: failed, seconds: 1, requests: 1 } as const;
    reduce(state, { type: 'outcome', at: 2, job, outcome });
  }
  return state;
}

describe('A file that this program wrote', () => {
  it('is its video where it is one transcript', () => {
    for (const format of ['md', 'json', 'vtt'] as const) {
      const content = everywhere(whole(renderers[format](document(youtube(a)))), 'text', [a]);
      assert.equal(content.asksForLists, false);
    }
    const { remarks } = read(whole(renderers.md(document(youtube(a)))));
    assert.match(remarks.map(({ text }) => text).join(), /in a transcript only its own video counts/);
    everywhere(whole(renderers.json(document(local))), 'text', [local.url]);
  });

  it('is its videos where it is an export', () => {
    const jsonLines = [youtube(a), vimeo]
      .map((link) => `${whole(renderJsonLine(document(link)))}\n`)
      .join('');
    everywhere(jsonLines, 'text', [a, vimeo.url]);
    const sections = `# talks\n\n2 of 2 videos, 2026-11-20\n\n## Contents\n\n- One\n- Two\n\n## One\n\n[Video](${watch(a)}) · en\n\nSee https://youtu.be/${c}.\n\n## Two\n\n[Video](${vimeo.url}) · en\n`;
    everywhere(sections, 'text', [a, vimeo.url]);
    const { jobs } = batch([youtube(a), vimeo, local]);
    const table = csvHead + jobs.map((job, at) => csvRow(job, at + 1)).join('');
    everywhere(`\ufeff${table}`, 'csv', [a, vimeo.url, local.url]);
  });

  it('is its rows where it is batch.json, without a question for their lists', async () => {
    const state = batch([youtube(a), vimeo, local, channel]);
    const pieces = await manifestPieces(state, 10, () => Promise.resolve());
    const content = everywhere(Buffer.concat(pieces).toString(), 'text', [
      a,
      vimeo.url,
      local.url,
      channel.url,
    ]);
    assert.equal(content.asksForLists, false);
  });

  it('is the videos that it lists where it is a report', () => {
    everywhere(renderReport(batch([youtube(a), vimeo]), 10), 'text', [a, vimeo.url]);
  });

  it('is not what somebody else’s notes with the same keys are', () => {
    const notes = `---\ntitle: "Talk"\nurl: "${watch(a)}"\nid: "x"\n---\nSee https://youtu.be/${c}\n`;
    assert.deepEqual(links(read(notes)), [a, c]);
    const data = { schema: 1, url: 'https://example.org/', id: 'x', videos: [`https://youtu.be/${c}`] };
    assert.deepEqual(links(read(JSON.stringify(data))), [c]);
  });
});
