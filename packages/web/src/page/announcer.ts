/** Says what happens to people who listen instead of look: one polite region, one utterance a second. */

/** Between two utterances. */
export const UTTERANCE_EVERY_MS = 1_000;

export type Announcer = {
  /** Somebody else's message came. Several at once become `7 more messages`. */
  message(text: string): void;
  /** The connection or a command has something to say; it goes before messages. */
  state(text: string): void;
};

export type AnnouncerDeps = {
  /** Puts the words where assistive technology reads them. */
  say(text: string): void;
  delay(task: () => void, delayMs: number): () => void;
};

/** An announcer that is silent until told something. */
export function createAnnouncer({ say, delay }: AnnouncerDeps): Announcer {
  let states: string[] = [];
  let messages: string[] = [];
  let isResting = false;

  const next = (): string | null => {
    const state = states.shift();
    if (state !== undefined) return state;
    if (messages.length === 0) return null;
    const [first = ''] = messages;
    const text = messages.length === 1 ? first : `${messages.length} more messages`;
    messages = [];
    return text;
  };
  const speak = () => {
    if (isResting) return;
    const text = next();
    if (text === null) return;
    say(text);
    isResting = true;
    delay(() => {
      isResting = false;
      speak();
    }, UTTERANCE_EVERY_MS);
  };

  return {
    message(text) {
      messages.push(text);
      speak();
    },
    state(text) {
      states = [...states.filter((each) => each !== text), text];
      speak();
    },
  };
}
