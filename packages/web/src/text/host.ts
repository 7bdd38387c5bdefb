/** How the host of a link is shown, so that it cannot pass for another one (Unicode Technical Standard #39). */

/** The recommended scripts of UAX #31 (table 5), of which a label may have one. */
const SCRIPTS =
  'Latn Cyrl Grek Armn Hebr Arab Thaa Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Geor Ethi Khmr';
/** Scripts that are written together, also with Latin: the combinations of the level "highly restrictive". */
const COMBINATIONS = ['Han Hira Kana', 'Han Bopo', 'Han Hang'];
/** Letters that look like Latin ones. No Unicode property has them: these are confusables of UTS #39 within common scripts. */
const LIKE_LATIN = /^[-\dаысԁеԍһіюјӏорԗԛѕԝхуъьҽпгѵѡґӓӧӱёїαικνρυωηοτγχεάόίύήώϊϋագզէլհյոսւօიოყძხჽჿדוחיןסװײ]*$/u;
/** Not in names of hosts, or a phonetic letter, or a sign between Latin letters that looks like a slash or hyphen. */
const SUSPICIOUS =
  /[^\p{L}\p{M}\p{Nd}\p{Extended_Pictographic}\p{Emoji_Component}.:·・-]|[%#*]|[\u0250-\u02af\u1d00-\u1dbf]|[a-z\d.][ノソゾンー一丶丿〳ㇾ][a-z\d.]/u;

/** Whether every letter of the label is of one script, or of a combination that is in use. */
const SINGLE_SCRIPT = [...SCRIPTS.split(' '), ...COMBINATIONS.map((names) => `Latn ${names}`)].map(
  (names) =>
    new RegExp(
      `^[${names
        .split(' ')
        .map((name) => `\\p{scx=${name}}`)
        .join('')}\\p{sc=Zyyy}\\p{sc=Zinh}]*$`,
      'u',
    ),
);

/** Returns the host as `written`, or as `ascii` (punycode, as the browser reads it) if the written one could deceive. */
export function shownHost(written: string, ascii: string): string {
  const host = written.normalize('NFKC').toLowerCase();
  if (isAscii(host)) return ascii;
  const labels = host.split(/[.。]/);
  const topLevel = labels.at(-1)?.replace(/:\d*$/, '') ?? '';
  const isDeceptive =
    SUSPICIOUS.test(host) ||
    labels.some((label) => !SINGLE_SCRIPT.some((script) => script.test(label))) ||
    (isAscii(topLevel) && labels.some((label) => !isAscii(label) && LIKE_LATIN.test(label)));
  return isDeceptive ? ascii : host;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
