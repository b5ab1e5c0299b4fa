// A transcript and a request to write it, for the tests of this room.
import type { WriteRequest } from '../../../src/model/output';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import type { Transcript } from '../../../src/model/transcript';

export const youtube = (id: string): WriteRequest['link'] => ({
  kind: 'youtube',
  url: `https://www.youtube.com/watch?v=${id}`,
  id,
});

export function transcript(more: Partial<Transcript> = {}): Transcript {
  return {
    language: 'en',
    captions: 'manual',
    source: 'youtube',
    cues: [
      { start: 0.16, end: 2.64, text: "We're no strangers" },
      { start: 2.64, end: 5.005, text: 'to love.' },
      { start: 63.5, end: 65, text: 'You know the rules\nand so do I' },
    ],
    meta: {
      title: 'Never Gonna Give You Up',
      channel: 'Rick Astley',
      duration: 213,
      published: '2009-10-25',
    },
    ...more,
  };
}

export function settingsWith(more: Partial<Settings> = {}): Settings {
  return { ...defaultSettings, ...more };
}

export function request(folder: string, more: Partial<WriteRequest> = {}): WriteRequest {
  return {
    folder,
    link: youtube('dQw4w9WgXcQ'),
    index: 1,
    batch: 'lectures-2026',
    settings: defaultSettings,
    transcript: transcript(),
    now: Date.UTC(2026, 10, 20, 10, 15, 0, 500),
    ...more,
  };
}
