/**
 * Texts for single cases within a failure code, by the failure's `subject`: a rental film and a members'
 * video are both `members-only`, and only one of them is for members.
 */
import { diskVariants } from './diskWords';
import type { FailureCode } from './failure';
import { goToLine, removeFromList, step, type FailureWords } from './failureWords';

const localCopy = 'Use a local copy';
const updateStep = step('checkSetup');

/** The details of YouTube's reasons (sources/youtube/knowledge.json) by code. */
const variants: Partial<Record<FailureCode, Readonly<Record<string, FailureWords>>>> = {
  'members-only': {
    premium: {
      cause: 'YouTube Premium only',
      next: localCopy,
      sentence: 'Only subscribers of YouTube Premium may watch it. Put a local copy on the list.',
      step: goToLine,
    },
    'music-premium': {
      cause: 'Music Premium only',
      next: localCopy,
      sentence: 'Only subscribers of YouTube Music Premium may watch it. Put a local copy on the list.',
      step: goToLine,
    },
    rental: {
      cause: 'To rent or buy',
      next: localCopy,
      sentence: 'It has to be rented or bought first. Put a local copy on the list.',
      step: goToLine,
    },
  },
  'geo-blocked': {
    'court-order': {
      cause: 'Withheld in your country',
      next: 'Use a proxy',
      sentence: 'A court or an authority keeps it back in your country. Use a proxy in another one.',
      step: step('addProxy'),
    },
  },
  'maybe-charged': {
    'openai-form': {
      cause: 'No transcript, may have been charged',
      next: 'Choose another service',
      sentence:
        'The service took the sound and answered something other than a transcript, so the other videos were not sent to it. Set openai.endpoint to a service with OpenAI’s transcription interface, then retry, which submits again.',
      step: step('setUpSpeech', 'openai.endpoint'),
    },
    before: {
      cause: 'Paid for before, or may have been',
      next: 'Retry…',
      sentence:
        'A request for it was paid for before on this list, or may have been, and its transcript is not there. Retry submits and pays again (in a terminal: --redo, or run failed.urls).',
      step: step('retry'),
    },
  },
  internal: {
    'ended-twice': {
      cause: 'Ended the program',
      next: 'Retry, or leave it out',
      sentence:
        'The program ended several times while it worked on this one alone, so it is left out. Retry tries it again (in a terminal: retry <folder>); if the program ends again, report it with the link.',
      step: step('retry'),
    },
  },
  disk: diskVariants,
  'invalid-url': {
    credentials: {
      cause: 'Password in the link',
      next: 'Add feed password…',
      sentence:
        'Take the user name and password out of the link. Those of a feed are kept by Add Feed Password… (in a terminal: BULK_TRANSCRIBE_FEED_PASSWORD=user:password@https://host).',
      step: step('addFeedPassword'),
    },
  },
  auth: {
    'openai-http': {
      cause: 'No key over plain http',
      next: 'Say that it is yours',
      sentence:
        'A key is not sent over plain http to another computer, where it can be read on the way. Set openai.ownServer if the server is yours, or use an https:// address, then retry.',
      step: step('setUpSpeech', 'openai.endpoint'),
    },
    'openai-turned-away': {
      cause: 'The speech service turns this network away',
      next: 'Add a proxy, or use another service',
      sentence:
        'The service, or a gateway before it, serves no requests from this address or country. Add a proxy that it serves, or set up another service, then resume.',
      step: step('addProxy'),
    },
    'deapi-http': {
      cause: 'No key over plain http',
      next: 'Say that it is yours',
      sentence:
        'A key is not sent over plain http to another computer, where it can be read on the way. Set deapi.ownServer if the server is yours, or use an https:// address, then retry.',
      step: step('setUpSpeech', 'deapi.endpoint'),
    },
    'notes-host': {
      cause: 'Not allowed in VS Code',
      next: 'Allow it, or choose another model',
      sentence:
        'VS Code asks once whether Bulk Transcribe may use this model, and it was not allowed. Allow it with Manage Language Model Access in the Accounts menu, then resume.',
      step: step('chooseNotesModel'),
    },
    'feed-password': {
      cause: 'Feed wants a password',
      next: 'Add feed password…',
      sentence:
        'The feed wants a user name and password, or refuses those it was given. Use Add Feed Password… (in a terminal: BULK_TRANSCRIBE_FEED_PASSWORD=user:password@https://host), then retry.',
      step: step('addFeedPassword'),
    },
  },
  'quota-exhausted': {
    'notes-host': {
      cause: 'The model takes no more for now',
      next: 'Choose another model',
      sentence:
        'The model in VS Code takes no more requests for now. Resume later, or choose another model, then resume.',
      step: step('chooseNotesModel'),
    },
  },
  blocked: {
    'consent-page': {
      cause: 'YouTube asks for cookie consent',
      next: 'Use another region',
      sentence:
        'YouTube shows this network its cookie consent page instead of an answer, and waiting does not change it. Use a proxy in another region, or yt-dlp with cookies.',
      step: step('addProxy'),
    },
  },
  network: {
    'sign-in': {
      cause: 'This network wants a sign-in',
      next: 'Sign in, then retry',
      sentence:
        'This network answered in place of the service, as where a sign-in is needed first. Open any page in a browser and sign in, then retry.',
      step: step('retry'),
    },
    certificate: {
      cause: 'Certificate not trusted',
      next: 'Retry',
      sentence:
        'The answer has a certificate that is not trusted or not the service’s own: this network wants a sign-in first, or something in it reads along. Open the address in a browser, then retry.',
      step: step('retry'),
    },
  },
  'bad-response': {
    'web-page': {
      cause: 'A web page came instead',
      next: 'Retry',
      sentence:
        'A web page came instead of an answer, as from a network that wants a sign-in first. Open the address in a browser, then retry.',
      step: step('retry'),
    },
    'notes-model': {
      cause: 'No notes from the model',
      next: 'Choose another model',
      sentence: 'Set notes.model to another model, or choose a shorter template, then retry.',
      step: step('chooseNotesModel'),
    },
    'feed-out': {
      cause: "YouTube's feed does not answer",
      next: 'Set up yt-dlp',
      sentence:
        "YouTube's feed of this list does not answer, though the list is there. Set up yt-dlp, which needs no feed, or retry later.",
      step: updateStep,
    },
  },
  'too-large': {
    memory: {
      cause: 'Needs more memory than allowed',
      next: 'Raise maxMemoryMB',
      sentence: 'Raise maxMemoryMB, the memory that a batch may take, then retry.',
      step: step('openSettings', 'maxMemoryMB'),
    },
    'notes-model': {
      cause: 'Too long for this model',
      next: 'Choose another model',
      sentence:
        'Set notes.model to one that reads more at once, or notes.contextTokens to what it reads, then retry.',
      step: step('chooseNotesModel'),
    },
  },
  'no-captions': {
    'notes-empty': {
      cause: 'Empty transcript',
      next: 'Transcribe it again',
      sentence:
        'The transcript has no words, so nothing can be written about it. Transcribe the video again.',
    },
  },
  'client-outdated': {
    embedding: {
      cause: 'Not shown outside YouTube',
      next: 'Set up yt-dlp',
      sentence:
        'YouTube shows it on its own pages alone. Set up yt-dlp or update Bulk Transcribe, then retry.',
      step: updateStep,
    },
    kids: {
      cause: 'Made for children',
      next: 'Set up yt-dlp',
      sentence:
        'YouTube gives videos made for children to few players. Set up yt-dlp or update Bulk Transcribe, then retry.',
      step: updateStep,
    },
    notice: {
      cause: 'Behind a content warning',
      next: 'Set up yt-dlp',
      sentence:
        'YouTube wants a content warning to be confirmed first. Set up yt-dlp or update Bulk Transcribe, then retry.',
      step: updateStep,
    },
  },
  'not-started': {
    live: {
      cause: 'On air now',
      next: 'Retry after it',
      sentence: 'It is on air now. Its captions are there after it has ended: retry then.',
      step: step('retry'),
    },
    ended: {
      cause: 'Just ended',
      next: 'Retry in an hour',
      sentence: 'It has ended, and its recording or captions are not there yet. Retry in an hour.',
      step: step('retry'),
    },
    soon: {
      cause: 'Not available yet',
      next: 'Retry later',
      sentence: 'It is not available yet, or still being processed. Retry later.',
      step: step('retry'),
    },
    offline: {
      cause: 'Not on air',
      next: 'Retry later',
      sentence: 'The stream is not on air. Retry when it has been broadcast.',
      step: step('retry'),
    },
  },
  // What a speech-to-text service or program is set up with is wrong for all videos alike; its own words go first.
  'tool-missing': {
    'whisper-model': {
      cause: 'The model cannot be used',
      next: 'Choose another model',
      sentence: 'Set whisper.model to a model of whisper.cpp, or download it again, then retry.',
      step: step('setUpSpeech'),
    },
    'whisper-memory': {
      cause: 'Too little memory for the model',
      next: 'Choose a smaller model',
      sentence: 'Set whisper.model to a smaller model, then retry.',
      step: step('setUpSpeech'),
    },
    'whisper-program': {
      cause: 'Not a whisper-cli that works here',
      next: 'Correct the path',
      sentence: 'Set whisper.path to the whisper-cli of whisper.cpp, then retry.',
      step: step('setUpSpeech'),
    },
    'notes-model': {
      cause: 'Model of notes not found',
      next: 'Choose another model',
      sentence: 'Set notes.model to one that the service has, or install this one there, then retry.',
      step: step('chooseNotesModel'),
    },
    'notes-address': {
      cause: 'No chat service there',
      next: 'Correct the address',
      sentence: 'Correct notes.endpoint, then retry; most addresses end in /v1.',
      step: step('openSettings', 'notes.endpoint'),
    },
    'notes-form': {
      cause: 'Another kind of interface',
      next: 'Choose another service',
      sentence: 'Set notes.endpoint to a service with OpenAI’s chat interface, then retry.',
      step: step('openSettings', 'notes.endpoint'),
    },
    'openai-model': {
      cause: 'Model not found',
      next: 'Choose another model',
      sentence: 'Set openai.model to one that the service has, or install this one there, then retry.',
      step: step('setUpSpeech', 'openai.model'),
    },
    'openai-address': {
      cause: 'No speech-to-text there',
      next: 'Correct the address',
      sentence: 'Correct openai.endpoint, then retry; most addresses end in /v1.',
      step: step('setUpSpeech', 'openai.endpoint'),
    },
    'openai-form': {
      cause: 'Another kind of interface',
      next: 'Choose another service',
      sentence: 'Set openai.endpoint to a service with OpenAI’s transcription interface, then retry.',
      step: step('setUpSpeech', 'openai.endpoint'),
    },
    'deapi-model': {
      cause: 'deAPI: unknown model',
      next: 'Choose another model',
      sentence: 'Set deapi.model to one that Check Setup lists, then retry.',
      step: step('setUpSpeech', 'deapi.model'),
    },
    'deapi-address': {
      cause: 'deAPI: wrong address',
      next: 'Correct the address',
      sentence: 'Correct deapi.endpoint or deapi.version, then retry.',
      step: step('setUpSpeech', 'deapi.endpoint'),
    },
  },
  unavailable: {
    'notes-file': {
      cause: 'Transcript not there',
      next: 'Transcribe it again',
      sentence: 'The file of the transcript is gone or no longer one. Transcribe the video again.',
    },
    'no-recording': {
      cause: 'Ended, no recording',
      next: 'Remove it from the list',
      sentence: 'It was broadcast, and there is no recording of it. Remove it from the list.',
      step: removeFromList,
    },
  },
  unsupported: {
    'file-format': {
      cause: 'Format not supported',
      next: 'Convert the file',
      sentence: 'The file is in a format that cannot be read. Convert it, then put the new file on the list.',
      step: goToLine,
    },
    'notes-setup': {
      cause: 'No model for notes',
      next: 'Choose a model',
      sentence: 'Choose a model (in a terminal: notes.endpoint and notes.model), then retry.',
      step: step('chooseNotesModel'),
    },
    'notes-template': {
      cause: 'Template of notes',
      next: 'Correct the template',
      sentence: 'Correct the template or name another one, then retry.',
      step: step('openSettings', 'notes.template'),
    },
    'notes-model': {
      cause: 'Too long for this model',
      next: 'Choose another model',
      sentence: 'Set notes.model to one that reads more at once, then retry.',
      step: step('chooseNotesModel'),
    },
    'notes-refused': {
      cause: 'The model refuses',
      next: 'Choose another model',
      sentence: 'Set notes.model to another model, then retry.',
      step: step('chooseNotesModel'),
    },
    drm: {
      cause: 'Copy-protected (DRM)',
      next: localCopy,
      sentence: 'The video is copy-protected, and has no captions that can be read. Use a local copy.',
      step: goToLine,
    },
    'unviewable-list': {
      cause: 'YouTube shows this list to nobody',
      next: 'Use another list',
      sentence:
        'YouTube makes this kind of list for one viewer alone. Put its videos or another list on yours.',
      step: goToLine,
    },
    'no-tab': {
      cause: 'The channel has no such page',
      next: 'Use the channel itself',
      sentence: 'The channel has no page of this kind. Put the channel itself on the list.',
      step: goToLine,
    },
  },
};

/** The text of that case; undefined where the code's own text is right. */
export function variantWords(code: FailureCode, subject: string): FailureWords | undefined {
  const ofCode = variants[code];
  return ofCode !== undefined && Object.hasOwn(ofCode, subject) ? ofCode[subject] : undefined;
}
