import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { COMMANDS } from '../../commands/commands.ts';
import { orPrint } from '../../page/local-lines.ts';
import type { Page } from '../../page/page.ts';
import { usePage } from '../use-page.ts';
import { Panel } from './panel.tsx';
import { PanelNote } from './panel-note.tsx';
import { type SwitchChoice, switchChoices } from './switcher.ts';

/** Goes to a room, a person or a command by a few letters. */
export function SwitcherPanel({ close }: { close: () => void }) {
  const page = usePage();
  const { session, view, self } = page;
  const field = useRef<HTMLInputElement>(null);
  const typed = useSignal('');
  const selected = useSignal(0);

  const room = view.room.value;
  const people = room === null ? [] : session.people(room.id);
  const source = { rooms: session.rooms(), people, commands: COMMANDS, selfId: self.id, openId: room?.id };
  const choices = switchChoices(source, typed.value);
  const at = Math.min(selected.value, Math.max(0, choices.length - 1));
  const take = (choice: SwitchChoice | undefined) => {
    if (choice === undefined) return;
    close();
    // The panel gives the focus back to the input as it goes.
    page.delay(() => obey(page, choice), 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') selected.value = Math.min(at + 1, choices.length - 1);
    else if (event.key === 'ArrowUp') selected.value = Math.max(at - 1, 0);
    else if (event.key === 'Enter') take(choices[at]);
    else return;
    event.preventDefault();
  };
  const onInput = () => {
    typed.value = field.current?.value ?? '';
    selected.value = 0;
  };
  return (
    <Panel title="go to" close={close}>
      <div class="filter">
        <label for="switcher">to</label>
        <input
          id="switcher"
          ref={field}
          data-focus
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-controls="switches"
          placeholder="room, number, @person or /command"
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul class="choices" id="switches" aria-label="Where to">
        {choices.map((choice, index) => (
          <li class={index === at ? 'choice selected' : 'choice'} key={keyOf(choice)}>
            <button
              type="button"
              class="choice-main"
              aria-current={index === at ? 'true' : undefined}
              onClick={() => take(choice)}
            >
              <SwitchText choice={choice} />
            </button>
          </li>
        ))}
      </ul>
      <PanelNote>{choices.length === 0 ? 'Nothing fits. /list shows the rooms one can join.' : ''}</PanelNote>
    </Panel>
  );
}

function SwitchText({ choice }: { choice: SwitchChoice }) {
  switch (choice.kind) {
    case 'room':
      return (
        <>
          <span>
            {choice.number} {choice.room.kind === 'direct' ? choice.label : `#${choice.label}`}
          </span>
          <span class="about">
            <bdi>{choice.room.topic}</bdi>
          </span>
          <span class="size">{newsText(choice.room)}</span>
        </>
      );
    case 'person':
      return (
        <>
          <span>@{choice.username}</span>
          <span class="about">talk directly</span>
        </>
      );
    case 'command':
      return (
        <>
          <span>/{choice.command.name}</span>
          <span class="about">{choice.command.does}</span>
        </>
      );
  }
}

function newsText({ mentions, unread }: { mentions: number; unread: number }): string {
  if (mentions > 0) return `!${mentions}`;
  return unread > 0 ? `${unread} new` : '';
}

function obey(page: Page, choice: SwitchChoice): void {
  const { view, client, mounted } = page;
  if (choice.kind === 'room') view.openRoom(choice.room.id);
  else if (choice.kind === 'command') mounted.composer?.replace(`/${choice.command.name} `);
  else {
    const opened = client.openDirect({ usernames: [choice.username] }).then((room) => view.openRoom(room.id));
    void orPrint(page, 'Not opened', opened);
  }
}

function keyOf(choice: SwitchChoice): string {
  if (choice.kind === 'room') return `room ${choice.room.id}`;
  return choice.kind === 'person' ? `person ${choice.username}` : `command ${choice.command.name}`;
}
