/** Announces events to screen readers: one polite live region, at most one utterance a second. */

/** The pause between two utterances. */
export const UTTERANCE_EVERY_MS = 1_000;

/** Queues texts for screen readers. */
export type Announcer = {
  /** Announces a message of somebody else. Several that wait become `7 more messages`, whose `text` is never asked for. */
  message(text: () => string): void;
  /** Announces a change of the connection or the answer to a command. It goes before messages. */
  state(text: string): void;
};

/** Everything the announcer needs from the page. */
export type AnnouncerDeps = {
  /** Writes the text into the live region. */
  say(text: string): void;
  /** Runs `task` after `delayMs`. Returns a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
};

/** Creates an announcer with an empty queue. */
export function createAnnouncer({ say, delay }: AnnouncerDeps): Announcer {
  let states: string[] = [];
  let messages: (() => string)[] = [];
  let isResting = false;

  const nextText = (): string | null => {
    const state = states.shift();
    if (state !== undefined) return state;
    if (messages.length === 0) return null;
    const [first] = messages;
    const text = messages.length === 1 && first ? first() : `${messages.length} more messages`;
    messages = [];
    return text;
  };
  const speak = () => {
    if (isResting) return;
    const text = nextText();
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
