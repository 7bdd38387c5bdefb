/** Completion and undo in the page's input. This code is loaded with the first key. */
import { nameBeginnings } from '@banter/protocol';
import { COMMANDS } from '../../commands/commands.ts';
import {
  type CompletionSource,
  createCompletion,
  nickOrder,
  type TabCompletion,
} from '../../input/completion.ts';
import type { TypingAids } from '../../input/composer.ts';
import { FieldText } from '../../input/field-text.ts';
import type { ShownTexts } from '../../input/shown-texts.ts';
import { TabKey, type TabKeyInput } from '../../input/tab-key.ts';
import type { Page } from '../../page/page.ts';
import { distinctName } from '../../text/room-title.ts';

/** Creates the aids of a page's input. @param shown the texts that its field has shown. */
export function typingAids(page: Page, input: TabKeyInput, shown: ShownTexts): TypingAids {
  return { tabKey: new TabKey(completionOf(page), input), text: new FieldText(input.field, shown) };
}

function completionOf(page: Page): TabCompletion {
  const { directory } = page;
  const completion = createCompletion();
  return {
    next: (text, caret, step) => completion.next(text, caret, step, completionsIn(page)),
    lookUp: (before) => Promise.all(nameBeginnings(before).map(({ begin }) => directory.lookUp(begin))),
    lookUpCalled(before) {
      const called = nameBeginnings(before).find(({ isExplicit }) => isExplicit);
      if (called !== undefined) directory.lookUpSoon(called.begin);
    },
  };
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
