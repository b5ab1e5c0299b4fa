// Languages match by BCP 47, with script and region.
import assert from 'node:assert/strict';
import { languageFit, languageOf } from '../../../src/model/languageTags';

describe('a language that is wanted', () => {
  const pairs: readonly (readonly [wanted: string, there: string, fit: string | undefined])[] = [
    ['en', 'en', 'exact'],
    ['en', 'EN', 'exact'],
    ['en', 'a.en', 'exact'],
    ['en', 'en-orig', 'exact'],
    ['en', '.en', 'exact'],
    ['en', 'en-eEY6OEpapPo', 'exact'],
    ['pt-BR', 'pt_BR', 'exact'],
    ['he', 'iw', 'exact'],
    ['iw', 'he', 'exact'],
    ['id', 'in', 'exact'],
    ['fil', 'tl', 'exact'],
    ['en', 'eng', 'exact'],
    ['en', 'en-GB', 'narrower'],
    ['zh', 'zh-Hans', 'narrower'],
    ['zh', 'zh-TW', 'narrower'],
    ['zh-Hant', 'zh-Hant-HK', 'narrower'],
    ['zh-TW', 'zh-Hant', 'same'],
    ['zh-Hant', 'zh-TW', 'same'],
    ['zh-HK', 'zh-Hant', 'wider'],
    ['zh-Hant', 'zh-HK', 'narrower'],
    ['zh-CN', 'zh-Hans', 'same'],
    ['zh-Hans', 'zh-CN', 'same'],
    ['zh-Hans', 'zh', 'same'],
    ['zh-SG', 'zh-Hans', 'wider'],
    ['nb', 'no', 'same'],
    ['no', 'nb', 'same'],
    ['pt-BR', 'pt', 'same'],
    ['pt', 'pt-BR', 'narrower'],
    ['pt-PT', 'pt', 'wider'],
    ['en-US', 'en', 'same'],
    ['es-MX', 'es-419', 'wider'],
    ['es-419', 'es-MX', 'narrower'],
    ['es-419', 'es-ES', undefined],
    ['es-419', 'es', 'wider'],
    ['sr-Latn', 'sh', 'exact'],
    ['yue', 'yue', 'exact'],
    ['en-US', 'en-GB', undefined],
    ['es-ES', 'es-419', undefined],
    ['zh-Hant', 'zh-Hans', undefined],
    ['zh-TW', 'zh-CN', undefined],
    ['zh-TW', 'zh', undefined],
    ['sr-Latn', 'sr', undefined],
    ['zh', 'yue', undefined],
    ['no', 'da', undefined],
    ['e', 'en', undefined],
    ['en', 'und', undefined],
    ['en', 'live_chat', undefined],
  ];
  for (const [wanted, there, fit] of pairs)
    it(`${wanted} ${fit === undefined ? 'is not' : `is ${fit} in`} ${there}`, () => {
      assert.equal(languageFit(wanted, there), fit);
    });
});

describe("a track's language", () => {
  it('is what its key says, without marks and names', () => {
    assert.equal(languageOf('a.en'), 'en');
    assert.equal(languageOf('pt-BR-orig'), 'pt-BR');
    assert.equal(languageOf('en-eEY6OEpapPo'), 'en');
    assert.equal(languageOf('zh-Hant-eEY6OEpapPo'), 'zh-Hant');
    assert.equal(languageOf('ca-ES-valencia'), 'ca-ES-valencia');
    assert.equal(languageOf('iw'), 'he');
    assert.equal(languageOf('live_chat'), 'und');
    assert.equal(languageOf(''), 'und');
  });
});
