/** The invitation that the page was opened with (`/join/CODE` or `/?invite=CODE`), or that was typed into its form. */
import type { Client } from '@banter/client';
import { ChatError, type InvitationPreview } from '@banter/protocol';
import { type ReadonlySignal, signal } from '@preact/signals';
import { inviteIn } from '../text/link.ts';
import { printFailure } from './local-lines.ts';
import type { Page } from './page.ts';

/** `null` until the server has answered; `'gone'` for a code that expired, was used up or never existed. */
export type Preview = InvitationPreview | 'gone' | null;

/** The invitation of this visit. */
export type OpenInvitation = {
  /** The code in the page's address; empty without one. */
  readonly code: string;
  /** The preview of `code`. */
  readonly preview: ReadonlySignal<Preview>;
  /** Uses a typed code instead of `code` from now on; an empty one returns to `code`. Resolves when its preview is known. */
  choose(typed: string): Promise<void>;
  /** Accepts the invitation after a sign-in: joins its room and opens it, or prints why not. Does so once. */
  accept(page: Page): Promise<void>;
};

/** Reads the invitation in `url`. `forget` removes the code from the address bar when it was used. */
export function openInvitation(client: Client, url: URL, forget: () => void): OpenInvitation {
  const code = inviteIn(url) ?? '';
  const preview = signal<Preview>(null);
  const shown = code === '' ? Promise.resolve(null) : show();
  let chosen = code;
  let chosenPreview: Promise<Preview> = shown;
  let isOpen = code !== '';

  async function show(): Promise<Preview> {
    preview.value = await fetchPreview(client, code);
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
      chosenPreview = next === code ? shown : fetchPreview(client, next);
      // Wait for it: once the new account has used up the code, the server shows no preview.
      await chosenPreview;
    },
    async accept(page) {
      if (!isOpen) return;
      isOpen = false;
      forget();
      const known = await chosenPreview;
      // An invitation without a room lets a person register. They have an account by now.
      if (known !== null && known !== 'gone' && known.roomName === undefined) return;
      const join = async () => {
        const room = await client.acceptInvitation(chosen);
        if (room) page.view.openRoom(room.id);
      };
      await printFailure(page, "Couldn't accept the invitation", join());
    },
  };
}

/** Null when the server could not be asked: the code may be valid all the same. */
async function fetchPreview(client: Client, code: string): Promise<Preview> {
  try {
    return await client.api.invitation(code);
  } catch (error) {
    return error instanceof ChatError && error.code === 'not_found' ? 'gone' : null;
  }
}
