import type { Room } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import type { TargetedKeyboardEvent } from 'preact';
import { isForeignKey } from '../../keys/keymap.ts';
import type { MessageRow } from '../../log/row.ts';
import { copyText } from '../../page/clipboard.ts';
import { printLocal } from '../../page/local-lines.ts';
import { mayModerate, startEdit, startReply } from '../../page/message-actions.ts';
import type { Page } from '../../page/page.ts';
import { withoutOverrides } from '../../text/bidi.ts';
import { copiedText } from '../../text/copied-text.ts';
import { clockTime, visibleName } from '../../text/format.ts';
import { Panel } from '../panels/panel.tsx';
import { usePage } from '../use-page.ts';
import { ConfirmDelete, type MessageFormProps, Reactions, ReportForm } from './message-forms.tsx';

/** An action of the menu. A letter of its name runs it too. */
type Act = { name: string; isAllowed: boolean; run(): void };

/** The actions on one message. */
export function MessageMenu({ roomId, row, close }: MessageFormProps) {
  const page = usePage();
  const step = useSignal<'menu' | 'delete' | 'report'>('menu');
  const room = page.clientState.rooms().find((each) => each.id === roomId);

  const acts = withKeys(
    room === undefined ? [] : actsOn(page, room, row, close, (next) => (step.value = next)),
  );
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (isForeignKey(event) || event.target instanceof HTMLInputElement) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = acts.find(({ name, at }) => name[at] === event.key.toLowerCase());
    if (act === undefined) return moveFocus(event);
    event.preventDefault();
    act.run();
  };
  const form = { row, roomId, close };
  return (
    <Panel
      title={`${visibleName(row.username)}, ${clockTime(row.at)}`}
      close={close}
      width="narrow"
      onKeyDown={onKeyDown}
    >
      <p class="excerpt">
        <bdi>{withoutOverrides(row.content)}</bdi>
      </p>
      {step.value === 'delete' && <ConfirmDelete {...form} />}
      {step.value === 'report' && <ReportForm {...form} />}
      {step.value === 'menu' && (
        <>
          <Reactions {...form} />
          <ul class="acts">
            {acts.map(({ name, at, run }, index) => (
              <li key={name}>
                <button type="button" class="act" data-focus={index === 0 || undefined} onClick={run}>
                  {name.slice(0, at)}
                  <b>{name[at]}</b>
                  {name.slice(at + 1)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** Adds to each action the place of its letter: the first one that no action above it has. */
function withKeys(acts: readonly Act[]): (Act & { at: number })[] {
  const taken = new Set<string>();
  return acts.map((act) => {
    const at = [...act.name].findIndex((letter) => !taken.has(letter));
    taken.add(act.name.charAt(at));
    return { ...act, at };
  });
}

function actsOn(
  page: Page,
  room: Room,
  row: MessageRow,
  close: () => void,
  goTo: (step: 'delete' | 'report') => void,
): Act[] {
  const message = { ...row, roomId: room.id };
  const closing = (run: () => void) => () => {
    close();
    // Afterwards, because a closing panel moves the focus to the input.
    page.delay(run, 0);
  };
  const all: Act[] = [
    { name: 'reply', isAllowed: true, run: closing(() => startReply(page, message)) },
    { name: 'edit', isAllowed: row.isOwn, run: closing(() => startEdit(page, message)) },
    { name: 'delete', isAllowed: row.isOwn || mayModerate(page, room), run: () => goTo('delete') },
    { name: 'report', isAllowed: mayReport(page, room, row), run: () => goTo('report') },
    {
      name: 'copy text',
      isAllowed: true,
      run: closing(() => void copyMessage(page, copiedText(row.content))),
    },
  ];
  return all.filter(({ isAllowed }) => isAllowed);
}

async function copyMessage(page: Page, text: string): Promise<void> {
  if (await copyText(text)) page.announcer.state('Copied.');
  else printLocal(page, "Couldn't copy: this browser doesn't allow it. Select the text in the log.", true);
}

/** Moderators can delete the message instead, and a direct room has no moderators. */
function mayReport(page: Page, room: Room, row: MessageRow): boolean {
  return !row.isOwn && room.kind !== 'direct' && room.archivedAt === undefined && !mayModerate(page, room);
}

function moveFocus(event: TargetedKeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.acts button')];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
