import { CONTENT_MAX_CHARS } from '@banter/protocol';
import { effect, type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { COMMANDS, parseLine } from '../../commands/commands.ts';
import { submitLine } from '../../commands/submit.ts';
import { type CompletionSource, nickOrder } from '../../input/completion.ts';
import { Composer } from '../../input/composer.ts';
import { isTouch, type Page } from '../../page/page.ts';
import { longCount } from '../../text/format.ts';
import { distinctName, roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';
import { ComposingBar } from './composing-bar.tsx';
import { RoomState } from './room-state.tsx';

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
      <RoomState />
      <ComposingBar />
      <div class="line">
        <label for="line">{isEdit ? 'edit>' : `${title}>`}</label>
        <div class="field">
          <textarea
            id="line"
            ref={field}
            rows={1}
            enterkeyhint={isTouch() ? 'enter' : 'send'}
            autocapitalize="sentences"
            autocomplete="off"
            spellcheck={false}
            aria-label={room === null ? 'Command' : `Message ${title}`}
            aria-describedby="room-state composing"
          />
          <div class="echo" ref={echo} aria-hidden="true" />
        </div>
        <Length chars={length.value} />
        <button type="submit" class="send-button">
          send
        </button>
      </div>
    </form>
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
    completions: () => completionsIn(page),
    lookUp: (begin) => page.directory.lookUp(begin),
    onTyping: (text) => {
      sendTyping(page, text);
      lookUpCalled(page, text.slice(0, field.selectionStart));
    },
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

/** Looks for the person whose `@name` is being typed, so that Tab knows them. */
function lookUpCalled({ directory }: Page, text: string): void {
  const begin = /(?:^|\s)@(\S+)$/.exec(text)?.[1];
  if (begin !== undefined) directory.lookUpSoon(begin);
}

function completionsIn({ client, view, self, directory }: Page): CompletionSource {
  const room = view.room.peek();
  const commands = COMMANDS.map((command) => command.name);
  const rooms = client.rooms.flatMap((room) => (room.kind === 'direct' ? [] : distinctName(room)));
  if (room === null)
    return { nicks: directory.found.peek().map(({ username }) => username), rooms, commands };
  const spoken = client
    .timeline(room.id)
    .entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.username] : []));
  const people = [...client.people(room.id), ...directory.found.peek()];
  const present = people.map((person) => person.username);
  const displayNames = new Map(people.map(({ username, displayName = '' }) => [username, displayName]));
  return { nicks: nickOrder(spoken, present, self.username), displayNames, rooms, commands };
}

/** Tells the room that the reader types, except for commands. The client throttles it. */
function sendTyping({ client, view }: Page, text: string): void {
  const room = view.room.peek();
  view.keepRoom();
  if (room === null || view.isLost.peek() || text === '' || parseLine(text).kind !== 'message') return;
  client.sendTyping(room.id);
}
