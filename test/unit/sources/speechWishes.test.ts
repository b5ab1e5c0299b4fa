import assert from 'node:assert/strict';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import { languageCode, spokenCode } from '../../../src/model/languageNames';
import { contextBias, fittedPrompt, speechWishes } from '../../../src/sources/speechWishes';

const languageOf = (settings: Partial<Settings>): string | undefined =>
  speechWishes({ ...defaultSettings, ...settings }).language;

describe('The language that is spoken', () => {
  it('is what speech.language says, otherwise the one language that is wanted', () => {
    assert.equal(languageOf({}), undefined);
    assert.equal(languageOf({ languages: ['de'] }), 'de');
    assert.equal(languageOf({ languages: ['de', 'en'] }), undefined, 'of several the engine finds out which');
    assert.equal(languageOf({ languages: ['pt-BR', 'pt'] }), 'pt', 'two of one language are one');
    assert.equal(languageOf({ languages: ['de'], 'speech.language': 'fr' }), 'fr');
  });

  it('is written as Whisper writes it, without a region', () => {
    const written = [
      'de-AT',
      'zh-Hant-TW',
      'nb',
      'nn',
      'iw',
      'fil',
      'tl',
      'jv',
      'pt_BR',
      'deu',
      'yue',
      'eo',
      '?',
    ];
    assert.deepEqual(
      written.map((tag) => spokenCode(tag)),
      ['de', 'zh', 'no', 'nn', 'he', 'tl', 'tl', 'jw', 'pt', 'de', 'yue', undefined, undefined],
    );
  });

  it('is read in every form that services write', () => {
    const forms = [
      'english',
      'pt-br',
      'zh_CN',
      'zh-hant',
      '<|de|>',
      'deu',
      'jw',
      'auto',
      'Haitian Creole',
      'Mandarin',
      '',
      'x y',
      'de-x-foo',
      'en-t-de',
    ];
    assert.deepEqual(
      forms.map((name) => languageCode(name)),
      [
        ...['en', 'pt-BR', 'zh-CN', 'zh-Hant', 'de', 'de', 'jv', 'und', 'ht', 'zh', 'und', 'und'],
        ...['de-x-foo', 'en-t-de'],
      ],
    );
  });
});

const groqPrompt = { characters: 896, tokens: 224 };

describe('Names and terms', () => {
  it('are one line, whatever the setting holds', () => {
    assert.equal(
      speechWishes({ ...defaultSettings, 'speech.prompt': ' Özil,\n Kubernetes ' }).prompt,
      'Özil, Kubernetes',
    );
  });

  it('are cut between terms where the service refuses or does not read more', () => {
    assert.equal(fittedPrompt('Özil, Kubernetes', groqPrompt), 'Özil, Kubernetes');
    const long = Array.from({ length: 200 }, (_, at) => `term${at}`).join(', ');
    const fits = fittedPrompt(long, groqPrompt);
    assert.ok(fits.length <= 896 && fits.length > 850 && long.startsWith(`${fits}, `), fits.slice(-30));
    const sentence = 'word '.repeat(300).trim();
    assert.match(fittedPrompt(sentence, { tokens: 224 }), /^(?:word )+word$/);
    assert.equal(
      fittedPrompt('名'.repeat(300), { tokens: 224 }).length,
      224,
      'a letter that is not ASCII is a token',
    );
    assert.equal(fittedPrompt('😀'.repeat(300), { characters: 7 }), '😀😀😀', 'no letter is cut in two');
  });

  it('are at most a hundred items for Mistral, words joined by _', () => {
    assert.deepEqual(contextBias('Dr. Özil, Zürich;  New York , Zürich'), ['Dr._Özil', 'Zürich', 'New_York']);
    assert.equal(contextBias(Array.from({ length: 150 }, (_, at) => `n${at}`).join(',')).length, 100);
  });
});
