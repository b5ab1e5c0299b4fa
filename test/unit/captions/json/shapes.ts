/** JSON of OpenAI-compatible servers and engines, as it was seen, all with the same words. */
import { segment, spoken, text, token, words, type Shape } from './said';

export const shapes: Readonly<Record<string, Shape>> = {
  'verbose_json of OpenAI': {
    answer: {
      task: 'transcribe',
      language: 'english',
      duration: 8,
      text,
      segments: [
        segment(0.5, 2.5, ' First words here.', {
          id: 0,
          seek: 0,
          tokens: [1, 2],
          avg_logprob: -0.2,
          compression_ratio: 1.1,
          no_speech_prob: 0.01,
        }),
        segment(3, 4.5, ' Second words here.', { id: 1 }),
      ],
    },
  },
  'verbose_json with words apart, without their marks': {
    answer: {
      text,
      segments: [segment(0.4, 2.6, 'First words here.'), segment(2.6, 5, 'Second words here.')],
      words: words().map((word) => ({ ...word, word: word.word.replace('.', '') })),
    },
    file: ['0.4-2.6 First words here.', '2.6-5 Second words here.'],
  },
  'words within segments': {
    answer: { segments: [segment(0, 8, text, { words: words() })] },
    file: [`0-8 ${text}`],
  },
  'words alone, with segments empty (speaches)': { answer: { text, segments: [], words: words() } },
  'words alone, without the text': { answer: { words: words() } },
  'segments null': { answer: { text, segments: null, words: words() } },
  'times as texts': {
    answer: {
      segments: [segment('0.5', '2.5', 'First words here.'), segment('3.0s', '4.50s', 'Second words here.')],
    },
  },
  'times as clocks': {
    answer: {
      segments: [
        segment('00:00:00.500', '00:00:02,500', 'First words here.'),
        segment('0:03', '00:00:04.5', 'Second words here.'),
      ],
    },
  },
  'times in nanoseconds (LocalAI)': {
    answer: {
      text,
      segments: [segment(5e8, 25e8, 'First words here.'), segment(3e9, 45e8, 'Second words here.')],
    },
  },
  'times in milliseconds (AssemblyAI)': {
    answer: {
      text,
      utterances: [
        segment(500, 2500, 'First words here.', { speaker: 'A' }),
        segment(3000, 4500, 'Second words here.', { speaker: 'B' }),
      ],
    },
    cues: spoken,
  },
  'chunks of transformers': {
    answer: {
      text,
      chunks: [
        { timestamp: [0.5, 2.5], text: ' First words here.' },
        { timestamp: [3, 4.5], text: ' Second words here.' },
      ],
    },
  },
  'a chunk that has no end': {
    answer: {
      chunks: [
        { timestamp: [0.5, 2.5], text: 'First words here.' },
        { timestamp: [3, null], text: 'Second words here.' },
      ],
    },
    cues: ['0.5-2.5 First words here.', '3-8 Second words here.'],
    file: ['0.5-2.5 First words here.', '3-3 Second words here.'],
  },
  'tuples of faster-whisper (whisper-asr-webservice)': {
    answer: {
      text,
      segments: [
        [1, 0, 0.5, 2.5, ' First words here.', [50364], 0, -0.3, 1.1, 0.01],
        [2, 0, 3, 4.5, ' Second words here.', [50364], 0, -0.3, 1.1, 0.01],
      ],
    },
  },
  'channels and alternatives of Deepgram': {
    answer: { results: { channels: [{ alternatives: [{ transcript: text, words: words() }] }] } },
  },
  'pieces in order, each with its best reading (Google)': {
    answer: {
      results: [
        {
          alternatives: [
            { transcript: 'First words here.', words: words().slice(0, 3) },
            { transcript: 'Fist' },
          ],
        },
        { alternatives: [{ transcript: ' Second words here.', words: words().slice(3) }] },
      ],
    },
  },
  'utterances two objects deep (Gladia)': {
    answer: {
      result: {
        transcription: {
          full_transcript: text,
          utterances: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')],
        },
      },
    },
  },
  'a list of segments in another object': {
    answer: {
      code: 0,
      data: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')],
    },
  },
  'an offset and a length': {
    answer: {
      segments: [
        { offset: 0.5, duration: 2, text: 'First words here.' },
        { offset: 3, duration: 1.5, text: 'Second words here.' },
      ],
    },
  },
  'a list of segments': {
    answer: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')],
  },
  'diarized_json of OpenAI': {
    answer: {
      text,
      segments: [
        segment(0.5, 2.5, ' First words here.', {
          type: 'transcript.text.segment',
          id: 'seg_1',
          speaker: 'A',
        }),
        segment(3, 4.5, ' Second words here.', {
          type: 'transcript.text.segment',
          id: 'seg_2',
          speaker: 'B',
        }),
      ],
    },
    cues: spoken,
  },
  'speaker_id of Mistral': {
    answer: {
      model: 'voxtral-mini-latest',
      text,
      language: null,
      segments: [
        segment(0.5, 2.5, 'First words here.', { speaker_id: 'speaker_1', type: 'transcription_segment' }),
        segment(3, 4.5, 'Second words here.', { speaker_id: 'speaker_2', type: 'transcription_segment' }),
      ],
    },
    cues: ['0.5-2.5 speaker_1: First words here.', '3-4.5 speaker_2: Second words here.'],
  },
  'speakers as numbers': {
    answer: {
      segments: [
        segment(0.5, 2.5, 'First words here.', { speaker: 0 }),
        segment(3, 4.5, 'Second words here.', { speaker: 1 }),
      ],
    },
    cues: ['0.5-2.5 0: First words here.', '3-4.5 1: Second words here.'],
  },
  'speakers of words': { answer: { text, words: words(1, (at) => (at < 3 ? 'A' : 'B')) }, cues: spoken },
  'structured result of deAPI': {
    answer: {
      text,
      language: 'en',
      language_probability: 0.99,
      ts_level: 'word',
      segments: [
        segment(0.5, 2.5, 'First words here.', {
          avg_logprob: -0.1,
          speaker: 'SPEAKER_00',
          words: words().slice(0, 3),
        }),
        segment(3, 4.5, 'Second words here.', {
          avg_logprob: -0.1,
          speaker: 'SPEAKER_01',
          words: words().slice(3),
        }),
      ],
    },
    cues: ['0.5-2.5 SPEAKER_00: First words here.', '3-4.5 SPEAKER_01: Second words here.'],
  },
  'an answer in another object': {
    answer: {
      data: {
        text,
        segments: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')],
      },
    },
  },
  'whisper-cli -oj': {
    answer: {
      systeminfo: 'AVX = 1',
      params: { language: 'auto' },
      result: { language: 'en' },
      transcription: [
        {
          timestamps: { from: '00:00:00,500', to: '00:00:02,500' },
          offsets: { from: 500, to: 2500 },
          text: ' First words here.',
        },
        {
          timestamps: { from: '00:00:03,000', to: '00:00:04,500' },
          offsets: { from: 3000, to: 4500 },
          text: ' Second words here.',
        },
      ],
    },
  },
  'whisper-cli -ojf': {
    answer: {
      result: { language: 'en' },
      transcription: [
        {
          offsets: { from: 0, to: 8000 },
          text: ` ${text}`,
          tokens: [
            token('[_BEG_]', 0, 0),
            token(' First', 500, 1000),
            token(' wor', 1100, 1500),
            token('ds', 1500, 1800),
            token(' here', 2000, 2400),
            token('.', 2400, 2500),
            token(' Second', 3000, 3400),
            token(' words', 3500, 3900),
            token(' here', 4000, 4400),
            token('.', 4400, 4500),
            token('[_TT_225]', 4500, 4500),
          ],
        },
      ],
    },
    file: [`0-8 ${text}`],
  },
  'turns of tinydiarize': {
    answer: {
      transcription: [
        { offsets: { from: 500, to: 2500 }, text: 'First words here.', speaker_turn_next: true },
        { offsets: { from: 3000, to: 4500 }, text: 'Second words here.', speaker_turn_next: false },
      ],
    },
    cues: ['0.5-2.5 Turn 1: First words here.', '3-4.5 Turn 2: Second words here.'],
  },
  SubRip: {
    answer:
      '1\n00:00:00,500 --> 00:00:02,500\nFirst words here.\n\n2\n00:00:03,000 --> 00:00:04,500\nSecond words here.\n',
  },
  WebVTT: {
    answer:
      'WEBVTT\n\n00:00.500 --> 00:02.500\n<v A>First words here.\n\n00:03.000 --> 00:04.500\n<v B>Second words here.\n',
    cues: spoken,
  },
  'WebVTT as a JSON string': {
    answer: JSON.stringify(
      'WEBVTT\n\n00:00.500 --> 00:02.500\nFirst words here.\n\n00:03.000 --> 00:04.500\nSecond words here.\n',
    ),
  },
  'events of a stream': {
    answer: `event: x\ndata: {"type":"transcript.text.segment","start":0.5,"end":2.5,"text":"First words here."}\n\ndata: {"type":"transcript.text.segment","start":3,"end":4.5,"text":"Second words here."}\n\ndata: {"type":"transcript.text.done","text":"${text}"}\n\ndata: [DONE]\n`,
  },
  'one object a line': {
    answer:
      '{"start":0.5,"end":2.5,"text":"First words here."}\n{"start":3,"end":4.5,"text":"Second words here."}\n',
  },
};
