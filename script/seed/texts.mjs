// Texts for seeded messages: words with the frequencies of a natural language, and the code and links of technical chat.

/** The most frequent words of English. */
const COMMON =
  `the to a i it is and that in of you for on have be not with this but are was as so if my can just do at what or we
  me they there like no all get will out about up when one your how from would has more then now some them an think know
  who had because time by good people its really want see he could only other than also need been much make even way too
  work where going here well new any did use still which their were go say over should right thing those same first sure
  back something after very look does into maybe try again why off day lot better before down last yes problem long run
  point thanks never might next though please found anyone works put morning today tomorrow tonight later`.split(
    /\s+/,
  );
/** Words of technical chat, less frequent than the common ones. */
const TOPICAL =
  `server deploy build test error log database query index branch merge commit review patch release rollback config
  latency timeout memory disk cache queue worker thread socket packet router switch firewall certificate domain proxy
  container cluster node backup restore migration schema table column replica lock deadlock transaction cursor pool
  client browser keyboard terminal editor script shell kernel module package library function variable pointer buffer
  stack trace crash bug ticket issue fix regression benchmark profile flame graph metric alert dashboard pager incident
  coffee lunch tea train rain weekend meeting call minutes agenda holiday office kitchen bicycle harbour boat tide`.split(
    /\s+/,
  );
const SYLLABLES =
  `ba be bi bo bra da de dra el en fa fe fi ga go gra ha he ka ke kla ko la le li lo ma me mi mo na ne no pa pe pla po
  ra re ri ro sa se si so sta ta te ti to tra va ve vi vo wa we za ze zo`.split(/\s+/);
const CJK = [
  '服务器又慢了',
  '今天天气很好',
  '数据库迁移完成',
  '请看一下日志',
  '会議は三時です',
  'テストが落ちた',
  '了解です',
  '배포 끝났어요',
  '점심 먹을까요',
];
const OTHER = [
  'сервер снова упал',
  'всё работает',
  'guten Morgen zusammen',
  'übrigens läuft es jetzt',
  'ça marche très bien',
];
const HOSTS = ['example.org', 'docs.example.net', 'git.example.com', 'wiki.example.org', 'ci.example.net'];
const FOLDERS = [
  '/var/log',
  '/etc/nginx',
  '/usr/local/bin',
  '/srv/banter',
  '/home/ada/src',
  '/opt/build/cache',
];
const EXTENSIONS = ['log', 'conf', 'ts', 'go', 'sql', 'yaml', 'txt', 'sh'];
const CALLS = [
  'readConfig',
  'open_socket',
  'flushQueue',
  'parse_line',
  'createPool',
  'retry_after',
  'mergeBranch',
];

const WORDS = 20_000;
/** How quickly words become rarer (Zipf's law). */
const EXPONENT = 1.05;

/** @typedef {{ next: () => number, whole: (below: number) => number, pick: <T>(items: readonly T[]) => T }} Chance */

/** All words, the most frequent first. Every run makes the same list. */
export const VOCABULARY = makeVocabulary();

/**
 * Creates a source of random numbers that is the same for the same seed.
 * @param {number} seed
 * @returns {Chance}
 */
export function createChance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** @param {number} below */
  const whole = (below) => Math.floor(next() * below);
  return { next, whole, pick: (items) => /** @type {never} */ (items[whole(items.length)]) };
}

/**
 * Creates a source of numbers below `count`. Smaller numbers are more frequent (Zipf's law).
 * @param {number} count
 * @param {number} [exponent]
 * @returns {(chance: Chance) => number}
 */
export function zipf(count, exponent = EXPONENT) {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1) ** exponent;
    sums[rank] = sum;
  }
  return (chance) => {
    const wanted = chance.next() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const rankOf = zipf(WORDS);

/** The kinds of messages, with their share in percent. The rest are plain sentences. */
const KINDS = /** @type {Array<[number, (chance: Chance, names: readonly string[]) => string]>} */ ([
  [4, (chance) => `${sentence(chance, 4)} \`${call(chance)}\``],
  [2, (chance) => `${sentence(chance, 6)}\n\`\`\`\n${call(chance)};\n${call(chance)};\n\`\`\``],
  [
    4,
    (chance) =>
      `${chance.pick(['ping', 'connect', 'refused', 'timeout', 'ban'])} ${address(chance)} ${sentence(chance, 5)}`,
  ],
  [4, (chance) => `${sentence(chance, 3)} ${path(chance)} ${sentence(chance, 3)}`],
  [
    4,
    (chance) => `${sentence(chance, 4)} https://${chance.pick(HOSTS)}/${word(chance)}/${chance.whole(9_999)}`,
  ],
  [3, (chance) => chance.pick(CJK) + (chance.next() < 0.5 ? chance.pick(CJK) : '')],
  [1, (chance) => chance.pick(OTHER)],
  [5, (chance, names) => `@${chance.pick(names)} ${sentence(chance, 8)}`],
]);

/**
 * Makes a message's text.
 * @param {Chance} chance
 * @param {readonly string[]} names that it may mention
 */
export function text(chance, names) {
  let left = chance.next() * 100;
  for (const [share, make] of KINDS) {
    left -= share;
    if (left < 0) return make(chance, names);
  }
  return sentence(chance, 3 + chance.whole(18)) + chance.pick(['', '', '.', '?', '!', ' :)']);
}

/**
 * @param {Chance} chance
 * @param {number} length in words
 */
function sentence(chance, length) {
  let text = word(chance);
  for (let i = 1; i < length; i++) text += ` ${word(chance)}`;
  return text;
}

/** @param {Chance} chance */
function word(chance) {
  return VOCABULARY[rankOf(chance)] ?? '';
}

/** @param {Chance} chance */
function address(chance) {
  return `${chance.pick(['10.0', '10.31', '192.168', '172.16'])}.${chance.whole(256)}.${chance.whole(256)}`;
}

/** @param {Chance} chance */
function path(chance) {
  return `${chance.pick(FOLDERS)}/${word(chance)}_${word(chance)}.${chance.pick(EXTENSIONS)}`;
}

/** @param {Chance} chance */
function call(chance) {
  return `${chance.pick(CALLS)}(${word(chance)}, ${word(chance)}_${chance.whole(100)})`;
}

/** Returns the common words, then the topical ones, then invented ones. */
function makeVocabulary() {
  const chance = createChance(1);
  const words = new Set([...COMMON, ...TOPICAL]);
  while (words.size < WORDS) {
    let made = '';
    for (let syllables = 2 + chance.whole(3); syllables > 0; syllables--) made += chance.pick(SYLLABLES);
    words.add(made);
  }
  return [...words];
}
