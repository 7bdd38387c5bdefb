import { CONTENT_MAX_CHARS } from '@banter/protocol';
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { COMMANDS, parseLine } from '../../commands/commands.ts';
import { submitLine } from '../../commands/submit.ts';
import { type CompletionSource, nickOrder } from '../../input/completion.ts';
import { createComposer } from '../../input/composer.ts';
import type { Page } from '../../page/page.ts';
import { longCount } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';
import { ComposingBar } from './composing-bar.tsx';
import { RoomState } from './room-state.tsx';

/** From this part of the limit on the length is shown. */
const LENGTH_SHOWN_FROM = 0.8;

/** The input. It is never disabled: what cannot be sent now waits. */
export function ComposerForm() {
  const page = usePage();
  const room = page.view.room.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const echo = useRef<HTMLDivElement>(null);
  const length = useSignal(0);

  useEffect(() => {
    if (field.current === null || echo.current === null) return;
    const composer = createComposer({
      field: field.current,
      echo: echo.current,
      drafts: page.drafts,
      submit: (line, roomId) => submitLine(page, line, roomId),
      isCommand: (line) => parseLine(line).kind === 'command',
      completions: () => completionsIn(page),
      onTyping: (text) => sayTyping(page, text),
      onLength: (codeUnits) => {
        length.value = codeUnits;
      },
    });
    page.mounted.composer = composer;
    // In the same moment as the room changes: what is typed next belongs to the new one.
    const stopFollowing = effect(() => composer.enter(page.view.roomId.value));
    composer.focus();
    return () => {
      stopFollowing();
      page.mounted.composer = null;
      composer.destroy();
    };
  }, [page, length]);

  const send = (event: Event) => {
    event.preventDefault();
    page.mounted.composer?.send();
    page.mounted.composer?.focus();
  };
  const title = room === null ? '' : roomTitle(room, page.self.id);
  const composing = room === null ? null : page.view.composing.of(room.id);
  return (
    <form class="composer" aria-label="Write" onSubmit={send}>
      <RoomState />
      <ComposingBar />
      <div class="line">
        <label for="line">{composing?.kind === 'edit' ? 'edit>' : `${title}>`}</label>
        <div class="field">
          <textarea
            id="line"
            ref={field}
            rows={1}
            enterkeyhint="send"
            autocapitalize="sentences"
            autocomplete="off"
            spellcheck={false}
            aria-label={room === null ? 'Command' : `Message ${title}`}
            aria-describedby="room-state composing"
          />
          <div class="echo" ref={echo} aria-hidden="true" />
        </div>
        <Length codeUnits={length.value} />
        <button type="submit" class="send-button">
          send
        </button>
      </div>
    </form>
  );
}

function Length({ codeUnits }: { codeUnits: number }) {
  if (codeUnits < CONTENT_MAX_CHARS * LENGTH_SHOWN_FROM) return null;
  return (
    <span class={codeUnits > CONTENT_MAX_CHARS ? 'length over' : 'length'}>
      {longCount(codeUnits)}/{longCount(CONTENT_MAX_CHARS)}
    </span>
  );
}

function completionsIn({ client, view, self }: Page): CompletionSource {
  const room = view.room.peek();
  const commands = COMMANDS.map((command) => command.name);
  const rooms = client.rooms.flatMap(({ kind, name }) => (kind === 'direct' ? [] : name));
  if (room === null) return { nicks: [], rooms, commands };
  const spoken = client
    .timeline(room.id)
    .entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.username] : []));
  const present = client.people(room.id).map((person) => person.username);
  return { nicks: nickOrder(spoken, present, self.username), rooms, commands };
}

/** Tells the others that one types, but not a command. The client says it seldom enough by itself. */
function sayTyping({ client, view }: Page, text: string): void {
  const room = view.room.peek();
  const isCommand = text.startsWith('/') && !text.startsWith('//');
  if (room !== null && text !== '' && !isCommand) client.sendTyping(room.id);
}
