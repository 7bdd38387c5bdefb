import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { COMMANDS } from '../../commands/commands.ts';
import { purposeOf } from '../../commands/purposes.ts';
import { printFailure } from '../../page/local-lines.ts';
import { openAfterward, watchWriting } from '../../page/opening.ts';
import type { Page } from '../../page/page.ts';
import { withoutOverrides } from '../../text/bidi.ts';
import { visibleName } from '../../text/format.ts';
import { usePage } from '../use-page.ts';
import { FilterField } from './filter-field.tsx';
import { Panel } from './panel.tsx';
import { PanelNote } from './panel-note.tsx';
import { type SwitchChoice, type SwitchSource, switchChoices } from './switcher.ts';
import { useSelection } from './use-selection.ts';

/** Goes to a room, a person or a command by a few letters. */
export function SwitcherPanel({ close }: { close: () => void }) {
  const page = usePage();
  const typed = useSignal('');
  const choices = switchChoices(sourceOf(page), typed.value);
  const selection = useSelection(choices.length);
  useEffect(() => {
    if (!/^[#/]/.test(typed.value)) page.directory.lookUpSoon(typed.value.replace(/^@/, ''));
  }, [page, typed.value]);
  const choose = (choice: SwitchChoice | undefined) => {
    if (choice === undefined) return;
    close();
    // Afterwards, because a closing panel moves the focus to the input.
    page.delay(() => open(page, choice), 0);
  };
  return (
    <Panel title="go to" close={close}>
      <FilterField
        id="switcher"
        label="to"
        controls="switches"
        placeholder="room, number, @person or /command"
        text={typed}
        selection={selection}
        choose={(index) => choose(choices[index])}
      />
      <ul class="choices" id="switches" aria-label="Destinations">
        {choices.map((choice, index) => (
          <li class={index === selection.index ? 'choice selected' : 'choice'} key={keyOf(choice)}>
            <button
              type="button"
              class="choice-main"
              aria-current={index === selection.index ? 'true' : undefined}
              onClick={() => choose(choice)}
            >
              <SwitchText choice={choice} />
            </button>
          </li>
        ))}
      </ul>
      <PanelNote>{choices.length === 0 ? 'No match. /list shows the rooms you can join.' : ''}</PanelNote>
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
            <bdi>{withoutOverrides(choice.room.topic)}</bdi>
          </span>
          <span class="size">{unreadText(choice.room)}</span>
        </>
      );
    case 'person':
      return (
        <>
          <span>@{choice.username}</span>
          <span class="about">
            <bdi>{choice.displayName === '' ? 'direct room' : visibleName(choice.displayName)}</bdi>
          </span>
        </>
      );
    case 'command':
      return (
        <>
          <span>/{choice.command.name}</span>
          <span class="about">{purposeOf(choice.command)}</span>
        </>
      );
  }
}

function unreadText({ mentions, unread }: { mentions: number; unread: number }): string {
  if (mentions > 0) return `!${mentions}`;
  return unread > 0 ? `${unread} new` : '';
}

function sourceOf({ clientState, view, self, directory }: Page): SwitchSource {
  const room = view.room.value;
  const others = directory.found.value.map(({ id, ...names }) => ({ userId: id, ...names }));
  const people = [...(room === null ? [] : clientState.people(room.id)), ...others];
  return { rooms: clientState.rooms(), people, commands: COMMANDS, selfId: self.id, openId: room?.id };
}

function open(page: Page, choice: SwitchChoice): void {
  const { view, client, mounted } = page;
  if (choice.kind === 'room') view.openRoom(choice.room.id);
  else if (choice.kind === 'command') mounted.composer?.replace(`/${choice.command.name} `);
  else {
    const isWriting = watchWriting(page);
    const opened = client
      .openDirect({ usernames: [choice.username] })
      .then((room) => openAfterward(page, room.id, isWriting));
    void printFailure(page, "Couldn't open the direct room", opened);
  }
}

function keyOf(choice: SwitchChoice): string {
  if (choice.kind === 'room') return `room ${choice.room.id}`;
  return choice.kind === 'person' ? `person ${choice.username}` : `command ${choice.command.name}`;
}
