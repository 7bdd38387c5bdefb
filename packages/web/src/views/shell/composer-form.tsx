import { CONTENT_MAX_CHARS, type Room } from '@banter/protocol';
import { effect, type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { parseLine } from '../../commands/commands.ts';
import { submitLine } from '../../commands/submit.ts';
import { Composer } from '../../input/composer.ts';
import { isTouch, type Page } from '../../page/page.ts';
import { INPUT_MAX_UNITS } from '../../page/transfers.ts';
import { longCount } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { lazy } from '../lazy.tsx';
import { usePage } from '../use-page.ts';
import { ComposingBar } from './composing-bar.tsx';

/** Why the reader can't always send to the open room. */
export const RoomState = lazy(() => import('./room-state.tsx').then((module) => module.RoomState));

/** The length is shown from this part of the limit on. */
const LENGTH_SHOWN_FROM = 0.8;

/** The input. It is never disabled: lines that can't be sent now are queued. */
export function ComposerForm() {
  const page = usePage();
  const room = page.view.room.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const echo = useRef<HTMLDivElement>(null);
  const length = useSignal(0);
  useEffect(() => {
    if (field.current === null || echo.current === null) return;
    return mountComposer(page, field.current, echo.current, length);
  }, [page, length]);

  const send = (event: Event) => {
    event.preventDefault();
    page.mounted.composer?.send();
    page.mounted.composer?.focus();
  };
  const title = room === null ? '' : roomTitle(room, page.self.id);
  const isEdit = page.view.composing.of(page.view.roomId.value)?.kind === 'edit';
  return (
    <form class="composer" aria-label="Write" onSubmit={send}>
      {room !== null && isLimited(page, room) && (
        <RoomState key={room.id} room={room} failed={() => undefined} />
      )}
      <ComposingBar />
      <div class="line">
        <label for="line">{isEdit ? 'edit>' : `${title}>`}</label>
        <div class="field">
          <textarea
            id="line"
            ref={field}
            rows={1}
            maxLength={INPUT_MAX_UNITS}
            dir="auto"
            enterkeyhint={isTouch() ? 'enter' : 'send'}
            autocapitalize="sentences"
            autocomplete="off"
            spellcheck={false}
            aria-label={room === null ? 'Command' : `Message ${title}`}
            aria-describedby="room-state composing"
          />
          <div class="echo" ref={echo} dir="auto" aria-hidden="true" />
        </div>
        <Length chars={length.value} />
        <button type="submit" class="send-button">
          send
        </button>
      </div>
    </form>
  );
}

/** Whether the reader can't always send to a room. */
function isLimited({ clientState, view, self }: Page, room: Room): boolean {
  return (
    view.isLost.value ||
    (room.archivedAt ?? room.slowSeconds) !== undefined ||
    clientState.people(room.id).some((each) => each.userId === self.id && each.mutedUntil !== undefined)
  );
}

function Length({ chars }: { chars: number }) {
  if (chars < CONTENT_MAX_CHARS * LENGTH_SHOWN_FROM) return null;
  return (
    <span class={chars > CONTENT_MAX_CHARS ? 'length over' : 'length'}>
      {longCount(chars)}/{longCount(CONTENT_MAX_CHARS)}
    </span>
  );
}

/** Puts a composer on the field. Returns a function that removes it. */
function mountComposer(
  page: Page,
  field: HTMLTextAreaElement,
  echo: HTMLElement,
  length: Signal<number>,
): () => void {
  const composer = new Composer({
    field,
    echo,
    drafts: page.drafts,
    submit: (line, roomId) => submitLine(page, line, roomId),
    isCommand: (line) => parseLine(line).kind === 'command',
    loadAids: async (...aids) => (await import('./typing-aids.ts')).typingAids(page, ...aids),
    onTyping: (text) => sendTyping(page, text),
    onLength: (chars) => {
      length.value = chars;
    },
  });
  page.mounted.composer = composer;
  // An effect runs synchronously with the room change, so that the next key goes to the new room.
  const stopFollowing = effect(() => composer.enter(page.view.roomId.value));
  composer.focus();
  return () => {
    stopFollowing();
    page.mounted.composer = null;
    composer.destroy();
  };
}

/** Tells the room that the reader types, except for commands. The client throttles it. */
function sendTyping({ client, view }: Page, text: string): void {
  const room = view.room.peek();
  view.keepRoom();
  if (room === null || view.isLost.peek() || text === '' || parseLine(text).kind !== 'message') return;
  client.sendTyping(room.id);
}
