/** JSON of other services and of sites, and what is nearly JSON, with the same words. */
import { segment, spoken, text, words, type Shape } from './said';

export const otherShapes: Readonly<Record<string, Shape>> = {
  'segments of a podcast': {
    answer: {
      version: '1.0.0',
      segments: [
        { speaker: 'A', startTime: 0.5, endTime: 2.5, body: 'First words here.' },
        { speaker: 'B', startTime: 3, endTime: 4.5, body: 'Second words here.' },
      ],
    },
    cues: spoken,
  },
  'captions of a site of talks, in milliseconds': {
    answer: {
      captions: [
        { startTime: 500, duration: 2000, content: 'First words here.' },
        { startTime: 3000, duration: 1500, content: 'Second words here.' },
      ],
    },
  },
  'body of Bilibili': {
    answer: {
      font_size: 0.4,
      body: [
        { from: 0.5, to: 2.5, content: 'First words here.' },
        { from: 3, to: 4.5, content: 'Second words here.' },
      ],
    },
  },
  'a list of lines with their lengths': {
    answer: [
      { start: '0.5', dur: '2', text: 'First words here.', speakerName: 'A' },
      { start: '3.0', dur: '1.5', text: 'Second words here.', speakerName: 'B' },
    ],
    cues: spoken,
  },
  'lines under the name transcript': {
    answer: {
      transcript: [
        { text: 'First words here.', offset: 0.5, duration: 2 },
        { text: 'Second words here.', offset: 3, duration: 1.5 },
      ],
    },
  },
  'an entry whose start cannot be read': {
    answer: {
      segments: [
        segment(0.5, 2.5, 'First words here.'),
        segment(3, 4.5, 'Second words'),
        segment('soon', 4.5, 'here.'),
      ],
    },
    cues: ['0.5-2.5 First words here.', '3-4.5 Second words', '4.5-4.5 here.'],
  },
  'phrases of Azure, in milliseconds': {
    answer: {
      durationMilliseconds: 8000,
      combinedPhrases: [{ text }],
      phrases: [
        { offsetMilliseconds: 500, durationMilliseconds: 2000, text: 'First words here.', locale: 'en-US' },
        { offsetMilliseconds: 3000, durationMilliseconds: 1500, text: 'Second words here.' },
      ],
    },
  },
  'phrases of Azure, as ISO 8601 with readings': {
    answer: {
      recognizedPhrases: [
        { offset: 'PT0.5S', duration: 'PT2S', nBest: [{ display: 'First words here.' }] },
        { offset: 'PT3S', duration: 'PT1.5S', nBest: [{ display: 'Second words here.' }] },
      ],
    },
  },
  'items of Amazon, with marks of their own': {
    answer: {
      results: {
        transcripts: [{ transcript: text }],
        items: words().flatMap(({ word, start, end }) => [
          {
            start_time: String(start),
            end_time: String(end),
            alternatives: [{ content: word.replace('.', '') }],
            type: 'pronunciation',
          },
          ...(word === 'here.' ? [{ alternatives: [{ content: '.' }], type: 'punctuation' }] : []),
        ]),
      },
    },
  },
  'results of Speechmatics': {
    answer: {
      results: words().flatMap(({ word, start, end }) => [
        {
          start_time: start,
          end_time: end,
          alternatives: [{ content: word.replace('.', '') }],
          type: 'word',
        },
        ...(word === 'here.'
          ? [{ start_time: 4.5, end_time: 4.5, alternatives: [{ content: '.' }], type: 'punctuation' }]
          : []),
      ]),
    },
  },
  'results of Speechmatics with speakers': {
    answer: {
      results: words().map(({ word, start, end }, at) => ({
        start_time: start,
        end_time: end,
        alternatives: [{ content: word, speaker: at < 3 ? 'S1' : 'S2' }],
        type: 'word',
      })),
    },
    cues: ['0.5-2.5 S1: First words here.', '3-4.5 S2: Second words here.'],
  },
  'tokens of Soniox': {
    answer: {
      text,
      tokens: words().map(({ word, start, end }, at) => ({
        text: at === 0 ? word : ` ${word}`,
        start_ms: start * 1000,
        end_ms: end * 1000,
        speaker: at < 3 ? '1' : '2',
      })),
    },
    cues: ['0.5-2.5 1: First words here.', '3-4.5 2: Second words here.'],
  },
  'monologues of Rev': {
    answer: {
      monologues: [0, 1].map((speaker) => ({
        speaker,
        elements: words()
          .slice(speaker * 3, speaker * 3 + 3)
          .flatMap(({ word, start, end }) => [
            { type: 'text', value: word.replace('.', ''), ts: start, end_ts: end },
            { type: 'punct', value: word.endsWith('.') ? '.' : ' ' },
          ]),
      })),
    },
    cues: ['0.5-2.5 0: First words here.', '3-4.5 1: Second words here.'],
  },
  'result of Vosk': { answer: { text, result: words() } },
  'a list of one recording with its sentences (FunASR)': {
    answer: [
      {
        key: 'talk',
        text,
        sentence_info: [segment(500, 2500, 'First words here.'), segment(3000, 4500, 'Second words here.')],
      },
    ],
  },
  'timestamps of NeMo': {
    answer: {
      text,
      timestamps: {
        segment: [
          { start: 0.5, end: 2.5, segment: 'First words here.' },
          { start: 3, end: 4.5, segment: 'Second words here.' },
        ],
      },
    },
  },
  'times with their unit': {
    answer: {
      segments: [
        segment('500ms', '2500ms', 'First words here.'),
        segment('PT3S', 'PT4.5S', 'Second words here.'),
      ],
    },
  },
  'a segment that is sent twice': {
    answer: {
      segments: [
        segment(0.5, 2.5, 'First words here.'),
        segment(0.5, 2.5, 'First words here.'),
        segment(3, 4.5, 'Second words here.'),
      ],
    },
  },
  'NaN, as Python writes it': {
    answer: `{"text":"He said \\"NaN\\".","segments":[{"start":0.5,"end":2.5,"text":"First words here.","avg_logprob":NaN},{"start":3,"end":4.5,"text":"Second words here.","no_speech_prob":-Infinity}]}`,
  },
  'JSON with other text behind it': {
    answer: `${JSON.stringify({ segments: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')] })}\n<!-- x -->`,
  },
  'JSON in a fence': {
    answer: `\`\`\`json\n${JSON.stringify({ segments: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')] })}\n\`\`\``,
  },
  'JSON in JSON': {
    answer: JSON.stringify(
      JSON.stringify({
        segments: [segment(0.5, 2.5, 'First words here.'), segment(3, 4.5, 'Second words here.')],
      }),
    ),
  },
  'SubRip in the text': {
    answer: {
      text: '1\n00:00:00,500 --> 00:00:02,500\nFirst words here.\n\n2\n00:00:03,000 --> 00:00:04,500\nSecond words here.\n',
    },
  },
  'WebVTT in the text': {
    answer: {
      text: 'WEBVTT\n\n00:00.500 --> 00:02.500\nFirst words here.\n\n00:03.000 --> 00:04.500\nSecond words here.\n',
    },
  },
  'a whole answer in each event (speaches)': {
    answer: `data: ${JSON.stringify({ text: 'First words here.', segments: [segment(0.5, 2.5, 'First words here.')] })}\n\ndata: ${JSON.stringify({ text: 'Second words here.', segments: [segment(3, 4.5, 'Second words here.')] })}\n\n`,
  },
};
