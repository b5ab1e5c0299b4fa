/** Texts for each way in which a disk refuses, by the failure's `subject` (platform/diskFailure.ts). */
import { step, type FailureWords } from './failureWords';

interface DiskWords extends FailureWords {
  /** For a whole batch that pauses: what is in the way. */
  readonly paused: string;
  /** What mends it, to be followed by `, and` or `, then`. */
  readonly mend: string;
}

const others: Pick<DiskWords, 'paused' | 'mend'> = {
  paused: 'The folder takes no files',
  mend: 'Mend that',
};

const kinds: Readonly<Record<string, DiskWords>> = {
  full: {
    cause: 'The disk is full',
    next: 'Open folder',
    sentence: 'The disk is full. Free space or choose another folder, then resume.',
    step: step('openFolder'),
    paused: 'The disk is full',
    mend: 'Free space',
  },
  'no-access': {
    cause: 'No access to the folder',
    next: 'Open folder',
    sentence: 'You may not read or write there. Allow it or choose another folder, then resume.',
    step: step('openFolder'),
    paused: 'The folder may not be written',
    mend: 'Allow it',
  },
  unread: {
    cause: 'Could not read',
    next: 'Open folder',
    sentence: 'The file could not be read. Check the disk and the file, then resume.',
    step: step('openFolder'),
    paused: 'A file of the batch cannot be read',
    mend: 'Check the disk and the file',
  },
  'open-files': {
    cause: 'Too many open files',
    next: 'Close programs, then resume',
    sentence:
      'Too many files are open. Close programs, use fewer workers or allow more open files (ulimit -n), then resume.',
    step: step('resume'),
    paused: 'Too many files are open',
    mend: 'Close programs or allow more open files (ulimit -n)',
  },
  'in-use': {
    cause: 'In use by another program',
    next: 'Close it, then resume',
    sentence: 'Another program holds the file. Close that program or wait for it, then resume.',
    step: step('resume'),
    paused: 'Another program holds a file',
    mend: 'Close that program',
  },
  away: {
    cause: 'The disk is away',
    next: 'Connect it, then resume',
    sentence: 'The disk or network folder is away. Connect it again, then resume.',
    step: step('resume'),
    paused: 'The disk or network folder is away',
    mend: 'Connect it again',
  },
  name: {
    cause: 'The disk refuses the name',
    next: 'Choose another name',
    sentence:
      'The disk does not take a name of this length, or with these characters. Give a short plain name or choose a folder on another disk, then start it again.',
    step: step('openSettings', 'output.fileName'),
    paused: 'The disk refuses a name',
    mend: 'Give a short plain name',
  },
  'file-size': {
    cause: 'Too large for the disk',
    next: 'Choose another disk',
    sentence: 'The disk takes no file of this size. Choose a folder on another disk, then start it again.',
    step: step('openSettings', 'output.folder'),
    paused: 'The disk takes no file of this size',
    mend: 'Choose a folder on another disk',
  },
};

/** By the failure's `subject`, for rows; what is in none of these has the words of the code. */
export const diskVariants: Readonly<Record<string, FailureWords>> = {
  ...kinds,
  state: {
    cause: 'Payments cannot be recorded',
    next: 'Make room, then resume',
    sentence:
      'Nothing is paid for while the record of payments on this computer cannot be written. Make room or allow writing there, or set BULK_TRANSCRIBE_STATE to another folder, then resume.',
    step: step('resume'),
  },
};

/** What is in the way, and what mends it. */
export function diskWords(subject: string | undefined): Pick<DiskWords, 'paused' | 'mend'> {
  return (subject !== undefined && Object.hasOwn(kinds, subject) ? kinds[subject] : undefined) ?? others;
}
