/** The forms of the message menu: reactions, deletion, report. */
import { emojiForm, isEmoji, REASON_MAX_CHARS } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MessageRow } from '../../log/row.ts';
import { printFailure, printLocal } from '../../page/local-lines.ts';
import { deleteMessage, react } from '../../page/message-actions.ts';
import { usePage } from '../use-page.ts';

/** The message of a menu. */
export type MessageFormProps = {
  roomId: number;
  row: MessageRow;
  /** Closes the menu. */
  close: () => void;
};

/** The most common reactions. Any other emoji can be typed. */
const EMOJI = ['👍', '👎', '😄', '🎉', '❤️', '👀', '✅'];

/** Adds or removes the reader's reaction. */
export function Reactions({ row, roomId, close }: MessageFormProps) {
  const page = usePage();
  const field = useRef<HTMLInputElement>(null);
  const isWrong = useSignal(false);
  const isMine = (emoji: string) => row.reactions.some((each) => each.emoji === emoji && each.mine);
  const toggle = (emoji: string) => {
    close();
    void react(page, roomId, row.seq, emoji, !isMine(emoji));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const emoji = field.current?.value.trim() ?? '';
    if (isEmoji(emoji)) toggle(emojiForm(emoji));
    else isWrong.value = true;
  };
  return (
    <form class="emoji" aria-label="React" onSubmit={submit}>
      {EMOJI.map((emoji) => (
        <button type="button" key={emoji} aria-pressed={isMine(emoji)} onClick={() => toggle(emoji)}>
          {emoji}
        </button>
      ))}
      <input
        ref={field}
        aria-label="another emoji"
        placeholder="other"
        autocomplete="off"
        aria-invalid={isWrong.value}
      />
      <p class="field-error" role="alert">
        {isWrong.value ? 'Type a single emoji.' : ''}
      </p>
    </form>
  );
}

/** Asks for confirmation, because a deleted text can't be restored. */
export function ConfirmDelete({ row, roomId, close }: MessageFormProps) {
  const page = usePage();
  const button = useRef<HTMLButtonElement>(null);
  // At once, so that the next key goes to it.
  useLayoutEffect(() => button.current?.focus(), []);
  const remove = () => {
    close();
    void deleteMessage(page, roomId, row.seq);
  };
  return (
    <p class="sure">
      This deletes the text for everyone and can't be undone.{' '}
      <button type="button" ref={button} class="primary" onClick={remove}>
        delete it
      </button>
    </p>
  );
}

/** Reports a message to the room's moderators. */
export function ReportForm({ row, roomId, close }: MessageFormProps) {
  const page = usePage();
  const { client } = page;
  const field = useRef<HTMLInputElement>(null);
  // At once, so that the next key goes to it.
  useLayoutEffect(() => field.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    const reason = field.current?.value.trim() ?? '';
    if (reason === '') return;
    close();
    const reported = client.api.report(roomId, row.seq, reason).then(() => {
      printLocal(page, "Reported to this room's moderators.", false);
    });
    void printFailure(page, "Couldn't report the message", reported);
  };
  return (
    <form class="reason" aria-label="Report" onSubmit={submit}>
      <label for="reason">What's wrong with this message? Moderators will see your name.</label>
      <input id="reason" ref={field} autocomplete="off" maxLength={REASON_MAX_CHARS} required />
      <button type="submit" class="primary">
        report it
      </button>
    </form>
  );
}
