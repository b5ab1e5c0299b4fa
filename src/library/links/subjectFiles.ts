/**
 * Subjects for the notes of an output folder: finds those that have none, has a model propose some, and writes those
 * that the user has agreed to as the line `subject:` into the head of the notes. No file is moved.
 */
import { join } from 'node:path';
import { failure, FailureError } from '../../model/failure';
import type { Files, Random } from '../../model/ports';
import { estimateTokens } from '../notes/pieces';
import type { ChatCall, ChatModel } from '../notes/chatModel';
import { subjectOf, withSubject } from '../notes/seal';
import { batchPlaces, readBatch } from '../page/batchFolder';
import { definitionsOf } from './definitions';
import { readNotes } from './linkedNotes';
import { readProposal, subjectPieces, subjectPrompt, type Proposal, type Unsorted } from './subjects';

/** A video without a subject, with its files of notes. */
export interface UnsortedVideo extends Unsorted {
  /** Name of its batch folder. */
  readonly folder: string;
  readonly notes: readonly string[];
}

export interface Unsorting {
  readonly videos: readonly UnsortedVideo[];
  /** Subjects that the user has named, in alphabetical order. */
  readonly known: readonly string[];
}

/** A library with more is sorted in several goes. */
const mostVideos = 2000;

export class Subjects {
  constructor(private readonly parts: { readonly files: Files; readonly random: Random }) {}

  /** What there is to sort in an output folder. Sends nothing. Throws FailureError `disk`. */
  async unsorted(outputFolder: string): Promise<Unsorting> {
    const { files } = this.parts;
    const root = await files.realPath(outputFolder);
    const videos: UnsortedVideo[] = [];
    const known = new Set<string>();
    for (const place of root === undefined ? [] : await batchPlaces(files, root)) {
      const batch = await readBatch(files, place);
      for (const { title, notes } of batch.videos) {
        const texts = await Promise.all(
          notes.map((name) => readNotes(files, root ?? '', place.folder, name)),
        );
        const own = texts.filter((text) => text !== undefined);
        const subject = own.map((text) => subjectOf(text)).find((one) => one !== undefined);
        if (subject !== undefined) known.add(subject);
        else if (own.length > 0 && videos.length < mostVideos)
          videos.push({
            title,
            notes,
            folder: place.folder,
            terms: [...new Set(own.flatMap((text) => definitionsOf(text)).map(({ term }) => term))],
          });
      }
    }
    return { videos, known: [...known].sort() };
  }

  /** Asks the model, in pieces where the videos do not fit into one request. Throws FailureError. */
  async propose(
    { videos, known }: Unsorting,
    model: Pick<ChatModel, 'ask' | 'contextTokens'>,
    call: ChatCall,
    onPiece: (at: number, of: number) => void = () => undefined,
  ): Promise<Proposal> {
    const mark = `${this.parts.random.id()}${this.parts.random.id()}`;
    const pieces = subjectPieces(videos, model.contextTokens);
    const answers: string[] = [];
    for (const [at, piece] of pieces.entries()) {
      onPiece(at, pieces.length);
      const found = readProposal(answers, pieces, videos.length).subjects.map(([name]) => name);
      const { text } = await model.ask(subjectPrompt(videos, piece, [...known, ...found], mark), call);
      answers.push(text);
    }
    const proposal = readProposal(answers, pieces, videos.length);
    if (proposal.subjects.length > 0) return proposal;
    throw new FailureError(
      failure('bad-response', 'The model named no subject for any of these videos. Nothing was changed.', {
        subject: 'notes-model',
      }),
    );
  }

  /** Writes a subject to notes that have none still; gives the number of videos. Throws FailureError `disk`. */
  async apply(
    outputFolder: string,
    videos: readonly UnsortedVideo[],
    subjects: Proposal['subjects'],
  ): Promise<number> {
    const { files } = this.parts;
    const root = await files.realPath(outputFolder);
    let written = 0;
    for (const [subject, indexes] of root === undefined ? [] : subjects)
      for (const index of indexes) {
        const video = videos[index];
        if (video === undefined) continue;
        let isWritten = false;
        for (const name of video.notes) {
          const text = await readNotes(files, root ?? '', video.folder, name);
          if (text === undefined || subjectOf(text) !== undefined) continue;
          await files.writeWhole(join(root ?? '', video.folder, name), withSubject(text, subject));
          isWritten = true;
        }
        if (isWritten) written += 1;
      }
    return written;
  }
}

/** Tokens of the requests, estimated, as the user is told before anything is sent. */
export function subjectTokens({ videos, known }: Unsorting, contextTokens: number): number {
  const pieces = subjectPieces(videos, contextTokens);
  const asked = pieces.reduce(
    (sum, piece) =>
      sum +
      subjectPrompt(videos, piece, known, '').reduce((size, { text }) => size + estimateTokens(text), 0),
    0,
  );
  return asked + videos.length * 8;
}
