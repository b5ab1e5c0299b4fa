/** JSON of services that keep their segments, times or speakers in another way than most, with the same words. */
import { segment, spoken, text, words, type Shape } from './said';

const [first, second] = ['First words here.', 'Second words here.'];
const numbered = ['0.5-2.5 0: First words here.', '3-4.5 1: Second words here.'];
const inMs = words(1000);
const bare = (word: string): string => word.replace('.', '');
const ofXunfei = (from: number, to: number, speaker: string, said: typeof inMs): object => ({
  json_1best: JSON.stringify({
    st: {
      bg: String(from),
      ed: String(to),
      rl: speaker,
      rt: [
        {
          ws: [
            ...said.map(({ word, start, end }) => ({
              wb: (start - from) / 10,
              we: (end - from) / 10,
              cw: [{ w: bare(word), wp: 'n' }, { w: 'other' }],
            })),
            { cw: [{ w: '.', wp: 'p' }] },
            { cw: [{ w: '', wp: 'g' }] },
          ],
        },
      ],
    },
  }),
});

export const servicesShapes: Readonly<Record<string, Shape>> = {
  'columns of Open edX': { answer: { start: [500, 3000], end: [2500, 4500], text: [first, second] } },
  'chunks of transformers that are words': {
    answer: {
      text,
      chunks: words().map(({ word, start, end }) => ({ text: ` ${word}`, timestamp: [start, end] })),
    },
  },
  'segments of Mistral that are words': {
    answer: { text, segments: words().map(({ word, start, end }) => segment(start, end, ` ${word}`)) },
  },
  'sentences of iFlytek in a text': {
    answer: {
      ok: 0,
      data: JSON.stringify([
        { bg: '500', ed: '2500', onebest: first, speaker: '1' },
        { bg: '3000', ed: '4500', onebest: second, speaker: '2' },
      ]),
    },
    cues: ['0.5-2.5 1: First words here.', '3-4.5 2: Second words here.'],
  },
  'lattice of iFlytek, JSON in JSON': {
    answer: {
      code: '000000',
      content: {
        orderResult: JSON.stringify({
          lattice: [ofXunfei(500, 2500, '1', inMs.slice(0, 3)), ofXunfei(3000, 4500, '2', inMs.slice(3))],
        }),
      },
    },
    cues: ['0.5-2.5 Speaker 1: First words here.', '3-4.5 Speaker 2: Second words here.'],
  },
  'names with capitals (Alibaba)': {
    answer: {
      StatusText: 'SUCCESS',
      Result: {
        Sentences: [
          { BeginTime: 500, EndTime: 2500, Text: first },
          { BeginTime: 3000, EndTime: 4500, Text: second },
        ],
      },
    },
  },
  'sentences of Paraformer': {
    answer: {
      transcripts: [
        {
          text,
          sentences: [
            { begin_time: 500, end_time: 2500, text: first, speaker_id: 0 },
            { begin_time: 3000, end_time: 4500, text: second, speaker_id: 1 },
          ],
        },
      ],
    },
    cues: numbered,
  },
  'a pair of times for each word (FunASR)': {
    answer: [{ key: 'talk', text, timestamp: inMs.map(({ start, end }) => [start, end]) }],
    file: ['0.5-4.5 First words here. Second words here.'],
  },
  'sentences of FunASR with their marks apart': {
    answer: {
      mode: 'offline',
      text,
      stamp_sents: [
        { text_seg: 'First words here', punc: '.', start: 500, end: 2500 },
        { text_seg: 'Second words here', punc: '.', start: 3000, end: 4500 },
      ],
    },
  },
  'details of Tencent': {
    answer: {
      Response: {
        Data: {
          Result: 'not read',
          AudioDuration: 8,
          ResultDetail: [
            { FinalSentence: first, StartMs: 500, EndMs: 2500, SpeakerId: 0 },
            { FinalSentence: second, StartMs: 3000, EndMs: 4500, SpeakerId: 1 },
          ],
        },
      },
    },
    cues: numbered,
  },
  'lines of Tencent': {
    answer: {
      Response: {
        Data: {
          Result: `[0:0.500,0:2.500,0]  ${first}\n[0:3.000,0:4.500,1]  ${second}\n`,
          AudioDuration: 8,
          ResultDetail: null,
        },
      },
    },
    cues: numbered,
  },
  'a list of sentences, one deeper (Tencent)': {
    answer: {
      code: 0,
      flash_result: [
        {
          text,
          sentence_list: [
            { text: first, start_time: 500, end_time: 2500 },
            { text: second, start_time: 3000, end_time: 4500 },
          ],
        },
      ],
    },
  },
  'lines in lists (Baidu)': {
    answer: {
      tasks_info: [
        {
          task_result: {
            result: [text],
            detailed_result: [
              { res: [first], begin_time: 500, end_time: 2500 },
              { res: [second], begin_time: 3000, end_time: 4500 },
            ],
          },
        },
      ],
    },
  },
  'labels of speakers apart from the words (Amazon)': {
    answer: {
      results: {
        speaker_labels: {
          segments: [
            { start_time: '0.5', end_time: '2.5', speaker_label: 'A' },
            { start_time: '3.0', end_time: '4.5', speaker_label: 'B' },
          ],
        },
        items: words().map(({ word, start, end }) => ({
          start_time: String(start),
          end_time: String(end),
          type: 'pronunciation',
          alternatives: [{ content: word }],
        })),
      },
    },
    cues: spoken,
  },
  'turns with capitals (Amazon)': {
    answer: {
      Transcript: [
        { BeginOffsetMillis: 500, EndOffsetMillis: 2500, Content: first, ParticipantRole: 'A' },
        { BeginOffsetMillis: 3000, EndOffsetMillis: 4500, Content: second, ParticipantRole: 'B' },
      ],
    },
    cues: spoken,
  },
  'words as lists, their speakers apart (IBM)': {
    answer: {
      results: [words().slice(0, 3), words().slice(3)].map((said) => ({
        final: true,
        alternatives: [
          {
            transcript: said.map(({ word }) => word).join(' '),
            timestamps: said.map(({ word, start, end }) => [word, start, end]),
          },
        ],
      })),
      speaker_labels: words().map(({ start, end }, at) => ({
        from: start,
        to: end,
        speaker: at < 3 ? 0 : 1,
      })),
    },
    cues: numbered,
  },
  'pieces that say where they end alone (Google)': {
    answer: {
      results: [
        { alternatives: [{ transcript: first }], resultEndTime: '2.500s' },
        { alternatives: [{ transcript: ` ${second}` }], resultEndTime: '4.5s' },
      ],
    },
    cues: ['0-2.5 First words here.', '2.5-4.5 Second words here.'],
  },
  'times as seconds and nanoseconds, all words again with speakers (Google)': {
    answer: {
      response: {
        results: {
          'gs://bucket/talk.wav': {
            transcript: {
              results: [
                { alternatives: [{ transcript: first, words: words().slice(0, 3) }] },
                { alternatives: [{ transcript: second, words: words().slice(3) }] },
                {
                  alternatives: [
                    {
                      words: words().map(({ word, start, end }, at) => ({
                        word,
                        startTime: { seconds: Math.floor(start), nanos: (start % 1) * 1e9 },
                        endTime: { seconds: String(Math.floor(end)), nanos: (end % 1) * 1e9 },
                        speakerTag: at < 3 ? 1 : 2,
                      })),
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    },
    cues: ['0.5-2.5 1: First words here.', '3-4.5 2: Second words here.'],
  },
  'a channel for each speaker (ElevenLabs)': {
    answer: {
      transcripts: [words().slice(0, 3), words().slice(3)].map((said, at) => ({
        language_code: 'eng',
        text: said.map(({ word }) => word).join(' '),
        words: said.map(({ word, start, end }) => ({
          text: word,
          start,
          end,
          speaker_id: at === 0 ? 'A' : 'B',
        })),
      })),
    },
    cues: spoken,
  },
  'ticks of Microsoft': {
    answer: {
      recognizedPhrases: [
        { offsetInTicks: 5e6, durationInTicks: 2e7, nBest: [{ display: first }] },
        { offsetInTicks: 3e7, durationInTicks: 1.5e7, nBest: [{ display: second }] },
      ],
    },
  },
  'entries of Teams, beside events': {
    answer: {
      entries: [
        {
          text: first,
          speakerDisplayName: 'A',
          startOffset: '00:00:00.5000000',
          endOffset: '00:00:02.5000000',
        },
        { text: second, speakerDisplayName: 'B', startOffset: '00:00:03', endOffset: '00:00:04.5000000' },
      ],
      events: [{ eventType: 'CallStarted' }],
    },
    cues: spoken,
  },
  'turns that are words alone (Recall)': {
    answer: ['A', 'B'].map((name, at) => ({
      participant: { id: at, name },
      words: words()
        .slice(at * 3, at * 3 + 3)
        .map(({ word, start, end }) => ({
          text: word,
          start_timestamp: { relative: start },
          end_timestamp: { relative: end },
        })),
    })),
    cues: spoken,
  },
  'paragraphs of AssemblyAI': {
    answer: { paragraphs: [segment(500, 2500, first), segment(3000, 4500, second)], audio_duration: 8 },
  },
  'lines of one caption in a list (Kaltura)': {
    answer: {
      objects: [
        { startTime: 500, endTime: 2500, content: [{ text: 'First' }, { text: 'words here.' }] },
        { startTime: 3000, endTime: 4500, content: [{ text: second }] },
      ],
    },
  },
  'names of speakers beside their numbers': {
    answer: {
      sentences: [
        { speaker_id: 0, speaker_name: 'A', text: first, start_time: 0.5, end_time: 2.5 },
        { speaker_id: 1, speaker_name: 'B', text: second, start_time: 3, end_time: 4.5 },
      ],
    },
    cues: spoken,
  },
  'words in milliseconds, segments in seconds': {
    answer: { text, segments: [segment(0.5, 2.5, first), segment(3, 4.5, second)], words: words(1000) },
  },
  'what a language model wrote': {
    answer: {
      candidates: [
        {
          content: {
            parts: [
              {
                text: `\`\`\`json\n${JSON.stringify([
                  { start: '00:00.500', end: '00:02.500', text: first },
                  { start: '00:03', end: '00:04.500', text: second },
                ])}\n\`\`\``,
              },
            ],
          },
        },
      ],
    },
  },
  'a table of Whisper': { answer: `start\tend\ttext\n500\t2500\t${first}\n3000\t4500\t${second}\n` },
  'a table of whisper.cpp with speakers': {
    answer: `start,end,speaker,text\n500,2500,A,"${first}"\n3000,4500,B,"${second}"\n`,
    cues: spoken,
  },
  'labels of Audacity': { answer: `0.500000\t2.500000\t${first}\n3.000000\t4.500000\t${second}\n` },
  'lines of faster-whisper': { answer: `[0.50s -> 2.50s] ${first}\n[3.00s -> 4.50s] ${second}\n` },
};
