/** The invitation that the page was opened with, as `/join/CODE` or `/?invite=CODE`, from the link to the room. */
import type { Client } from '@banter/client';
import { ChatError, type InvitationPreview } from '@banter/protocol';
import { type ReadonlySignal, signal } from '@preact/signals';
import { orPrint } from './local-lines.ts';
import type { Page } from './page.ts';

/** `null` until the server has answered; `'gone'` for a code that lets nobody in. */
export type Preview = InvitationPreview | 'gone' | null;

export type OpenInvitation = {
  /** Empty where the page was opened without one. */
  readonly code: string;
  readonly preview: ReadonlySignal<Preview>;
  /** What is typed into the form stands for it from then on; empty: what the page was opened with. */
  choose(typed: string): Promise<void>;
  /** Takes it up for who has signed in: joins its room and opens it, or tells what is wrong. Does so once. */
  accept(page: Page): Promise<void>;
};

/** The code of a pasted link, or the text itself. */
export function codeOf(text: string): string {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return trimmed;
  const url = new URL(trimmed);
  return inviteIn(url) ?? trimmed;
}

/** @param url the page's own. @param forget takes the code out of the address, once it has served. */
export function openInvitation(client: Client, url: URL, forget: () => void): OpenInvitation {
  const code = inviteIn(url) ?? '';
  const preview = signal<Preview>(null);
  const asked = code === '' ? Promise.resolve(null) : ask();
  let chosen = code;
  let known: Promise<Preview> = asked;
  let isOpen = code !== '';

  async function ask(): Promise<Preview> {
    preview.value = await look(client, code);
    return preview.value;
  }

  return {
    code,
    preview,
    async choose(typed) {
      const next = typed || code;
      if (next === chosen) return;
      chosen = next;
      isOpen = next !== '';
      known = next === code ? asked : look(client, next);
      // Once it has served for an account, it may be used up and show nothing any more.
      await known;
    },
    async accept(page) {
      if (!isOpen) return;
      isOpen = false;
      forget();
      const seen = await known;
      // To the server: who has an account is there already, and who has just made one has used it.
      if (seen !== null && seen !== 'gone' && seen.roomName === undefined) return;
      const join = async () => {
        const room = await client.acceptInvitation(chosen);
        if (room) page.view.openRoom(room.id);
      };
      await orPrint(page, 'Not joined', join());
    },
  };
}

function inviteIn({ pathname, searchParams }: URL): string | null {
  const [, inPath] = /^\/join\/([^/]+)$/.exec(pathname) ?? [];
  return inPath ?? searchParams.get('invite');
}

/** Null where the server could not be asked: the code may be good all the same. */
async function look(client: Client, code: string): Promise<Preview> {
  try {
    return await client.api.invitation(code);
  } catch (error) {
    return error instanceof ChatError && error.code === 'not_found' ? 'gone' : null;
  }
}
