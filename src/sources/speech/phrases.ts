/**
 * What engines of the Whisper family write where nothing is spoken. They learnt it from the end of videos and from
 * the credits of subtitles. Public collections: https://github.com/openai/whisper/discussions/928,
 * https://github.com/openai/whisper/discussions/1455, https://arxiv.org/abs/2501.11378.
 */

/** Credits of subtitles, which nobody speaks. Each as a whole utterance, without marks and in lower case. */
const credits: readonly RegExp[] = [
  /^.{0,40}\b(?:subtitles?|captions?|transcri(?:bed|ption)|translated|subbed|subtitled)\b.{0,12}\b(?:by|provided|created)\b.{0,60}$/,
  /^.{0,40}amara ?org.{0,40}$/,
  /^untertitel(?:ung)?(?: (?:im auftrag )?(?:des|der|von|vom|im|aufgrund).{0,60}| ?\d{0,4})$/,
  /^sous-?titr(?:es|age).{0,80}$/,
  /^subtítulos.{0,60}$/,
  /^legendas?.{0,60}$/,
  /^(?:ondertiteld|ondertiteling).{0,60}$/,
  /^(?:undertexter|textning|undertekster|danske tekster|norske tekster|teksting).{0,60}$/,
  /^(?:субтитры|редактор субтитров|корректор).{0,80}$/,
  /^(?:sottotitoli|napisy|altyazı)(?: .{0,60})?$/,
  /^(?:字幕由|字幕製作|字幕志愿者|字幕by|한글자막|자막 제공).{0,60}$/,
  /^tv gelderland \d{4}$/,
];

/** What people say as well, in the same form. */
const phrases: readonly RegExp[] = [
  /^(?:thanks|thank you)(?: (?:so|very) much)?(?: (?:for|to) (?:watching|listening|viewing|your (?:time|attention))(?: (?:this|the|my) (?:video|channel))?)?(?: (?:and )?(?:ill )?see you (?:next time|in the next (?:video|one)|soon))?$/,
  /^(?:please )?(?:(?:like|share|comment|subscribe)(?: and | to | )*)+(?:(?:to |on )?(?:my|our|the|this) (?:channel|video))?$/,
  /^(?:dont forget to |please )(?:like|subscribe|share).{0,60}$/,
  /^see you (?:next time|in the next (?:video|one)|soon|later)$/,
  /^(?:bye|bye bye|goodbye|you|so|okay|oh|uh|um|hmm|the end|the|i|and)$/,
  /^.{0,60}(?:www |https? )\S{0,40}(?: com| org| tv| net| co)\b.{0,40}$/,
  // German
  /^(?:vielen dank|danke)(?: (?:fürs|für das|für ihre?|für eure) (?:zuschauen|zusehen|zuhören|aufmerksamkeit|interesse))?$/,
  /^(?:bis zum nächsten mal|bis zum nächsten video|tschüss)$/,
  // French, Spanish, Portuguese, Italian
  /^merci (?:d'avoir regardé|davoir regardé).{0,60}$/,
  /^(?:muchas )?gracias(?: por (?:ver|mirar|su atención|vuestra atención).{0,30})?$/,
  /^(?:¡?)suscr[ií]bete.{0,40}$/,
  /^(?:muito )?obrigad[oa](?: por assistir.{0,30})?$/,
  /^grazie(?: .{0,60})?$/,
  // Dutch, Swedish, Danish, Norwegian, Polish, Turkish
  /^(?:bedankt|dank je wel)(?: voor het kijken.{0,20})?$/,
  /^(?:tack|tak|takk)(?: (?:för|for) (?:att du (?:har )?tittat|at du (?:har )?(?:så|set) .{0,30}|att ni tittade))?$/,
  /^(?:dziękuję|dzięki)(?: .{0,60})?$/,
  /^izlediğiniz için teşekkür(?:ler| ederim)$/,
  // Russian, Ukrainian
  /^(?:продолжение следует|спасибо за просмотр|дякую за перегляд|подписывайтесь на канал.{0,30})$/,
  // Arabic, Hebrew
  /^(?:شكرا على المشاهدة|ترجمة .{0,40}|اشتركوا في القناة)$/,
  /^תודה (?:רבה )?(?:על הצפייה|שצפיתם).{0,30}$/,
  // Chinese, Japanese, Korean
  /^(?:请不吝点赞|請不吝點贊|明镜与点点|优优独播剧场).{0,60}$/,
  /^(?:谢谢(?:大家)?(?:的)?(?:观看|收看)|謝謝(?:大家)?(?:的)?(?:觀看|收看)|感谢(?:您的)?(?:观看|收看)|感謝(?:您的)?(?:觀看|收看))$/,
  /^(?:ご視聴|ご清聴|最後までご視聴|最後まで視聴し).{0,20}$/,
  /^(?:チャンネル登録).{0,30}$/,
  /^(?:시청해\s?주셔서|구독과 좋아요|다음 영상에서|mbc 뉴스).{0,40}$/,
];

/** The utterance in lower case, with neither marks nor doubled blanks. */
export function plainUtterance(text: string): string {
  return text
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}\s-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** True for a text that consists of such utterances alone. Short texts only: nobody says them for minutes. */
export function isStockPhrase(text: string): boolean {
  return consistsOf(text, [...credits, ...phrases]);
}

/** True for a text of nothing but credits. */
export function isCredit(text: string): boolean {
  return consistsOf(text, credits);
}

function consistsOf(text: string, known: readonly RegExp[]): boolean {
  if (text.length > 200) return false;
  const sentences = text.split(/[.!?…。！？]+/).map((sentence) => plainUtterance(sentence));
  const said = sentences.filter((sentence) => sentence !== '');
  const whole = plainUtterance(text);
  const fits = (utterance: string): boolean => known.some((phrase) => phrase.test(utterance));
  return said.length > 0 && (said.every(fits) || fits(whole));
}

/** A remark about the sound in brackets or asterisks, or notes of music. */
const remark =
  /\[[^[\]]{0,60}\]|\([^()]{0,60}\)|（[^（）]{0,60}）|【[^【】]{0,60}】|\*[^*]{1,60}\*|<\|[^|]{0,40}\|>/g;
/** Of those, the ones that say that nothing is heard. */
const silence =
  /^[[(（【*<|\s_]*(?:blank[_ ]?audio|silence|silent|no (?:speech|audio|sound)|nospeech|inaudible|pause|stille|silencio|silence radio|тишина|無音|无声|無聲|沉默|静音|침묵)[\])）】*>|\s_.…]*$/i;

/** True where no letter or number is left once remarks about the sound and notes of music are taken out. */
export function isWordless(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.replace(remark, ' '));
}

/** True for a remark that nothing is heard: `[BLANK_AUDIO]`, `(silence)`, and text without any letter or note. */
export function isSilence(text: string): boolean {
  const words = text.trim();
  if (!/[\p{L}\p{N}♪♫♬]/u.test(words)) return true;
  const remarks = words.match(remark);
  return (
    isWordless(words) &&
    (remarks === null
      ? silence.test(words)
      : remarks.every((one) => silence.test(one)) && !/[♪♫♬]/.test(words))
  );
}
