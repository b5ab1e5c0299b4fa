/**
 * Fonts that computers usually have, broadest first, then those for scripts that few fonts have. Missing
 * ones are skipped, so one list serves all systems.
 */
const debian = '/usr/share/fonts/truetype';
const supplemental = '/System/Library/Fonts/Supplemental';
const windows = 'C:\\Windows\\Fonts';

export const systemFonts: readonly string[] = [
  `${debian}/dejavu/DejaVuSans.ttf`,
  '/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf',
  '/usr/share/fonts/TTF/DejaVuSans.ttf',
  `${debian}/noto/NotoSans-Regular.ttf`,
  '/usr/share/fonts/noto/NotoSans-Regular.ttf',
  `${debian}/liberation/LiberationSans-Regular.ttf`,
  `${supplemental}/Arial Unicode.ttf`,
  '/Library/Fonts/Arial Unicode.ttf',
  `${supplemental}/Arial.ttf`,
  `${windows}\\segoeui.ttf`,
  `${windows}\\arial.ttf`,
  // East Asia
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc',
  `${debian}/droid/DroidSansFallbackFull.ttf`,
  `${debian}/wqy/wqy-microhei.ttc`,
  `${windows}\\msyh.ttc`,
  `${windows}\\YuGothM.ttc`,
  `${windows}\\malgun.ttf`,
  // other scripts
  ...[
    'Arabic',
    'Hebrew',
    'Devanagari',
    'Bengali',
    'Tamil',
    'Telugu',
    'Thai',
    'Ethiopic',
    'Georgian',
    'Armenian',
    'Khmer',
    'Symbols',
  ].map((script) => `${debian}/noto/NotoSans${script}-Regular.ttf`),
  `${windows}\\Nirmala.ttf`,
  `${windows}\\Nirmala.ttc`,
  `${windows}\\LeelawUI.ttf`,
  `${windows}\\ebrima.ttf`,
  '/System/Library/Fonts/Apple Symbols.ttf',
  // signs and emoji, as outlines
  `${debian}/noto/NotoEmoji-Regular.ttf`,
  `${debian}/ancient-scripts/Symbola_hint.ttf`,
  `${windows}\\seguisym.ttf`,
  `${windows}\\seguiemj.ttf`,
];
