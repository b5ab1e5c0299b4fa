// The track that the settings ask for: language first, then kind.
import assert from 'node:assert/strict';
import { chooseTrack, type CaptionTrack, type WantedTrack } from '../../../src/captions/chooseTrack';

const track = (name: string, isDefaultAudio?: boolean): CaptionTrack => ({
  languageCode: name.replace('a.', ''),
  kind: name.startsWith('a.') ? 'automatic' : 'manual',
  url: 'https://www.youtube.com/api/timedtext',
  name,
  ...(isDefaultAudio === undefined ? {} : { isDefaultAudio }),
});
function choose(names: readonly string[], wanted: Partial<WantedTrack> = {}): string {
  const chosen = chooseTrack(
    names.map((name) => track(name)),
    { languages: [], kind: 'preferManual', ...wanted },
  );
  return 'code' in chosen ? `${chosen.code}: ${chosen.subject ?? ''}` : chosen.name;
}

describe('the track that is chosen', () => {
  it('is in the language that is spoken when none is named', () => {
    assert.equal(choose(['fr', 'de', 'a.de']), 'de');
    assert.equal(choose(['fr', 'a.de']), 'a.de');
    assert.equal(choose(['fr', 'de']), 'fr');
    const dubbed = [track('fr'), track('de', true), track('en')];
    assert.equal(chooseTrack(dubbed, { languages: [], kind: 'preferManual' }), dubbed[1]);
  });

  it('is in the first language there is, before its kind counts', () => {
    assert.equal(choose(['en', 'a.de'], { languages: ['de', 'en'] }), 'a.de');
    assert.equal(choose(['en', 'a.en', 'de', 'a.de'], { languages: ['de', 'en'] }), 'de');
    assert.equal(choose(['fr', 'en'], { languages: ['de', 'en'] }), 'en');
  });

  it('may be a regional form of the language, an exact one first', () => {
    assert.equal(choose(['en-GB', 'a.en'], { languages: ['en'] }), 'en-GB');
    assert.equal(choose(['en-GB', 'en'], { languages: ['en'] }), 'en');
    assert.equal(choose(['pt', 'pt-BR'], { languages: ['pt_br'] }), 'pt-BR');
    assert.equal(choose(['iw'], { languages: ['he'] }), 'iw');
    assert.equal(choose(['eng-x', 'es'], { languages: ['e'] }), 'no-language: eng-x, es');
  });

  it('may lack the region that is wanted, but is of no other region and in no other script', () => {
    assert.equal(choose(['de', 'en', 'a.en'], { languages: ['en-US'] }), 'en');
    assert.equal(choose(['en', 'a.en-US'], { languages: ['en-US'] }), 'a.en-US');
    assert.equal(choose(['es', 'a.es'], { languages: ['es-419', 'en'] }), 'es');
    assert.equal(choose(['en-GB'], { languages: ['en-US'] }), 'no-language: en-GB');
    assert.equal(choose(['de', 'en-GB'], { languages: ['en-US'] }), 'no-language: en-GB, de');
    assert.equal(choose(['zh', 'zh-Hans'], { languages: ['zh-Hant'] }), 'no-language: zh, zh-Hans');
  });

  it('is of the wanted kind alone when one kind is asked for', () => {
    assert.equal(choose(['en', 'a.en'], { kind: 'automaticOnly' }), 'a.en');
    assert.equal(choose(['a.en'], { kind: 'manualOnly' }), 'no-captions: ');
    assert.equal(choose(['fr', 'a.en'], { kind: 'manualOnly' }), 'no-language: fr');
  });

  it('is a failure that says which languages there are', () => {
    assert.equal(choose([]), 'no-captions: ');
    assert.equal(choose(['fr', 'a.fr', 'es'], { languages: ['de'] }), 'no-language: fr, es');
  });

  it('is in the same language however it is written', () => {
    assert.equal(choose(['zh-Hans', 'zh-Hant'], { languages: ['zh-TW'] }), 'zh-Hant');
    assert.equal(choose(['zh-CN', 'zh-TW'], { languages: ['zh-Hant'] }), 'zh-TW');
    assert.equal(choose(['no', 'da'], { languages: ['nb'] }), 'no');
    assert.equal(choose(['pt-PT', 'pt'], { languages: ['pt-BR'] }), 'pt');
    assert.equal(choose(['a.pt-BR', 'pt'], { languages: ['pt-BR'] }), 'a.pt-BR');
  });

  it('has the words that were spoken, not those of a dub', () => {
    const tracks: readonly CaptionTrack[] = [
      { ...track('a.en', true), sound: 'dub' },
      { ...track('a.fr'), sound: 'original' },
      track('a.ar'),
    ];
    const any = { languages: [], kind: 'preferManual' } as const;
    assert.equal(chooseTrack(tracks, any), tracks[1]);
    assert.equal(chooseTrack(tracks, { ...any, languages: ['en'] }), tracks[0]);
    const onlyDubs = tracks.slice(0, 1);
    assert.equal(chooseTrack(onlyDubs, any), onlyDubs[0]);
    const written = [...onlyDubs, track('de')];
    assert.equal(chooseTrack(written, any), written[1]);
  });

  it('is the one that the site shows among several of a language, else the plain one', () => {
    const songs = { ...track('en'), isNamed: true };
    const plain = track('en');
    const any = { languages: ['en'], kind: 'preferManual' } as const;
    assert.equal(chooseTrack([songs, plain], any), plain);
    const shown = { ...songs, isDefault: true };
    assert.equal(chooseTrack([plain, shown], any), shown);
  });
});
