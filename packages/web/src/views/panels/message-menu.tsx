import type { Room } from '@banter/protocol';
import { isEmoji, REASON_MAX_CHARS } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { MessageRow } from '../../log/rows.ts';
import { orPrint, printLocal } from '../../page/local-lines.ts';
import { deleteMessage, mayModerate, react, startEdit, startReply } from '../../page/message-actions.ts';
import type { Page } from '../../page/page.ts';
import { clockTime, visibleName } from '../../text/format.ts';
import { usePage } from '../use-page.ts';
import { Panel } from './panel.tsx';

/** What most people answer with; any other emoji can be typed. */
const EMOJI = ['👍', '👎', '😄', '🎉', '❤️', '👀', '✅'];

type MenuProps = { roomId: number; row: MessageRow; close: () => void };
/** One thing to do; its first letter does it too. */
type Act = { name: string; isAllowed: boolean; run(): void };

/** What can be done with one message. */
export function MessageMenu({ roomId, row, close }: MenuProps) {
  const page = usePage();
  const asks = useSignal<'nothing' | 'sure' | 'reason'>('nothing');
  const room = page.session.rooms().find((each) => each.id === roomId);

  const acts = room === undefined ? [] : actsOn(page, room, row, close, (what) => (asks.value = what));
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = acts.find(({ name }) => name.startsWith(event.key.toLowerCase()));
    if (act === undefined) return moveFocus(event);
    event.preventDefault();
    act.run();
  };
  return (
    <Panel
      title={`${visibleName(row.username)}, ${clockTime(row.at)}`}
      close={close}
      width="narrow"
      onKeyDown={onKeyDown}
    >
      <p class="excerpt">
        <bdi>{row.content}</bdi>
      </p>
      {asks.value === 'sure' && <Sure row={row} roomId={roomId} close={close} />}
      {asks.value === 'reason' && <Reason row={row} roomId={roomId} close={close} />}
      {asks.value === 'nothing' && (
        <>
          <Reactions row={row} roomId={roomId} close={close} />
          <ul class="acts">
            {acts.map(({ name, run }, index) => (
              <li key={name}>
                <button type="button" class="act" data-focus={index === 0 || undefined} onClick={run}>
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function actsOn(
  page: Page,
  room: Room,
  row: MessageRow,
  close: () => void,
  ask: (what: 'sure' | 'reason') => void,
): Act[] {
  const message = { ...row, roomId: room.id };
  const closing = (run: () => void) => () => {
    close();
    // The panel gives the focus back to the input as it goes: what is done needs it only afterwards.
    page.delay(run, 0);
  };
  const all: Act[] = [
    { name: 'reply', isAllowed: true, run: closing(() => startReply(page, message)) },
    { name: 'edit', isAllowed: row.isOwn, run: closing(() => startEdit(page, message)) },
    { name: 'delete', isAllowed: row.isOwn || mayModerate(page, room), run: () => ask('sure') },
    { name: 'report', isAllowed: mayReport(page, room, row), run: () => ask('reason') },
    {
      name: 'copy text',
      isAllowed: true,
      run: closing(() => void navigator.clipboard.writeText(row.content).catch(() => undefined)),
    },
  ];
  return all.filter(({ isAllowed }) => isAllowed);
}

function Reactions({ row, roomId, close }: MenuProps) {
  const page = usePage();
  const field = useRef<HTMLInputElement>(null);
  const isWrong = useSignal(false);
  const isMine = (emoji: string) => row.reactions.some((each) => each.emoji === emoji && each.mine);
  const put = (emoji: string) => {
    close();
    void react(page, roomId, row.seq, emoji, !isMine(emoji));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const emoji = field.current?.value.trim() ?? '';
    if (isEmoji(emoji)) put(emoji);
    else isWrong.value = true;
  };
  return (
    <form class="emoji" aria-label="React" onSubmit={submit}>
      {EMOJI.map((emoji) => (
        <button type="button" key={emoji} aria-pressed={isMine(emoji)} onClick={() => put(emoji)}>
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
        {isWrong.value ? 'That is not one emoji.' : ''}
      </p>
    </form>
  );
}

/** A text that was taken away cannot be had back, by nobody. */
function Sure({ row, roomId, close }: MenuProps) {
  const page = usePage();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const remove = () => {
    close();
    void deleteMessage(page, roomId, row.seq);
  };
  return (
    <p class="sure">
      The text goes for everyone, and for good.{' '}
      <button type="button" ref={button} class="primary" onClick={remove}>
        delete it
      </button>
    </p>
  );
}

/** Who keeps order here needs no report, and a direct room has nobody who does. */
function mayReport(page: Page, room: Room, row: MessageRow): boolean {
  return !row.isOwn && room.kind !== 'direct' && room.archivedAt === undefined && !mayModerate(page, room);
}

/** What is wrong with a message, for the room's moderators. */
function Reason({ row, roomId, close }: MenuProps) {
  const page = usePage();
  const { client } = page;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    const reason = field.current?.value.trim() ?? '';
    if (reason === '') return;
    close();
    const reported = client.api.report(roomId, row.seq, reason).then(() => {
      printLocal(page, 'Reported. The moderators of this room see it.', false);
    });
    void orPrint(page, 'Not reported', reported);
  };
  return (
    <form class="reason" aria-label="Report" onSubmit={submit}>
      <label for="reason">What is wrong with it? The moderators see who asks.</label>
      <input id="reason" ref={field} autocomplete="off" maxLength={REASON_MAX_CHARS} required />
      <button type="submit" class="primary">
        report it
      </button>
    </form>
  );
}

function moveFocus(event: TargetedKeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.acts button')];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
