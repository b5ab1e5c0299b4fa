/**
 * Whisper's English language names → codes. OpenAI's whisper-1 returns names where all others return codes.
 */
const names =
  'af afrikaans,am amharic,ar arabic,as assamese,az azerbaijani,ba bashkir,be belarusian,bg bulgarian,bn bengali,bo tibetan,br breton,bs bosnian,ca catalan,cs czech,cy welsh,da danish,de german,el greek,en english,es spanish,et estonian,eu basque,fa persian,fi finnish,fo faroese,fr french,gl galician,gu gujarati,ha hausa,haw hawaiian,he hebrew,hi hindi,hr croatian,ht haitian creole,hu hungarian,hy armenian,id indonesian,is icelandic,it italian,ja japanese,jv javanese,ka georgian,kk kazakh,km khmer,kn kannada,ko korean,la latin,lb luxembourgish,ln lingala,lo lao,lt lithuanian,lv latvian,mg malagasy,mi maori,mk macedonian,ml malayalam,mn mongolian,mr marathi,ms malay,mt maltese,my myanmar,ne nepali,nl dutch,nn nynorsk,no norwegian,oc occitan,pa punjabi,pl polish,ps pashto,pt portuguese,ro romanian,ru russian,sa sanskrit,sd sindhi,si sinhala,sk slovak,sl slovenian,sn shona,so somali,sq albanian,sr serbian,su sundanese,sv swedish,sw swahili,ta tamil,te telugu,tg tajik,th thai,tk turkmen,tl tagalog,tr turkish,tt tatar,uk ukrainian,ur urdu,uz uzbek,vi vietnamese,yi yiddish,yo yoruba,yue cantonese,zh chinese' +
  // Its other names (`TO_LANGUAGE_CODE` of openai/whisper).
  ',ca valencian,es castilian,fa farsi,ht haitian,lb letzeburgesch,my burmese,nl flemish,pa panjabi,ps pushto,ro moldavian,ro moldovan,si sinhalese,zh mandarin';

const codes = new Map(
  names.split(',').map((entry) => {
    const space = entry.indexOf(' ');
    return [entry.slice(space + 1), entry.slice(0, space)] as const;
  }),
);

/** Tags whose base language Whisper writes in another way than BCP 47. */
const whisperCodes: Readonly<Record<string, string>> = { nb: 'no', fil: 'tl', jv: 'jw', cmn: 'zh' };
const known: ReadonlySet<string> = new Set([...codes.values(), 'jw']);

/**
 * Whisper's code of a language that is spoken: `de` for `de-AT`, `no` for `nb`, `zh` for `zh-Hant-TW`. Undefined for a
 * language that Whisper does not know. All engines that read a language take these codes (ISO 639-1 where there is
 * one), and none takes a region.
 */
export function spokenCode(tag: string): string | undefined {
  const canonical = canonicalTag(tag)?.split('-')[0] ?? '';
  const code = whisperCodes[canonical] ?? canonical;
  return known.has(code) ? code : undefined;
}

function canonicalTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replace(/_/g, '-'))[0];
  } catch {
    return undefined;
  }
}

/**
 * A BCP 47 code for a service's name of the language, such as `english`, `pt_BR`, `deu` or `<|de|>`; `und` when it is
 * unknown.
 */
export function languageCode(named: string | undefined): string {
  const name = (named ?? '')
    .trim()
    .replace(/^<\|(.*)\|>$/, '$1')
    .toLowerCase();
  const code = codes.get(name);
  if (code !== undefined) return code;
  // An old code that Whisper still uses for Javanese.
  if (name === 'jw') return 'jv';
  return /^[a-z]{2,3}([-_][a-z0-9]{1,8})*$/.test(name) ? (canonicalTag(name) ?? 'und') : 'und';
}
