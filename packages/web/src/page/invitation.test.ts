import type { Client } from '@banter/client';
import { ChatError, type InvitationPreview } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { openInvitation } from './invitation.ts';
import type { Page } from './page.ts';

const TO_ROOM: InvitationPreview = { roomName: 'dome', username: 'wren', expiresAt: '', registers: true };

/** A client that records calls. `preview` is the answer for any code, or the error. */
function world(preview: InvitationPreview | ChatError, path = '/join/abc') {
  const done: string[] = [];
  const client = {
    api: {
      async invitation(code: string) {
        done.push(`previewed ${code}`);
        if (preview instanceof ChatError) throw preview;
        return preview;
      },
    },
    async acceptInvitation(code: string) {
      done.push(`accepted ${code}`);
      return { id: 7 };
    },
  } as unknown as Client;
  const page = { view: { openRoom: (id: number) => void done.push(`opened ${id}`) } } as unknown as Page;
  const url = new URL(path, 'https://talk.example.org');
  const invitation = openInvitation(client, url, () => void done.push('forgot'));
  return { invitation, page, done };
}

describe('the invitation of a visit', () => {
  it.each(['/join/abc', '/?invite=abc'])('is accepted once, after the sign-in: %s', async (path) => {
    const { invitation, page, done } = world(TO_ROOM, path);
    await invitation.accept(page);
    await invitation.accept(page);
    expect(done).toEqual(['previewed abc', 'forgot', 'accepted abc', 'opened 7']);
  });

  it('is not accepted after the sign-in when it is for the server only', async () => {
    const { invitation, page, done } = world({ username: 'wren', expiresAt: '', registers: true });
    await invitation.accept(page);
    expect(done).toEqual(['previewed abc', 'forgot']);
  });

  it('is gone when the server does not know it, and is still tried when the server did not answer', async () => {
    const gone = world(new ChatError('not_found'));
    const away = world(new ChatError('unavailable'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(gone.invitation.preview.value).toBe('gone');
    expect(away.invitation.preview.value).toBeNull();
    await away.invitation.accept(away.page);
    expect(away.done.at(-1)).toBe('opened 7');
  });

  it('can be replaced by a typed code, and returns when the field is emptied', async () => {
    const typed = world(TO_ROOM, '/');
    await typed.invitation.choose('xyz');
    await typed.invitation.accept(typed.page);
    expect(typed.done).toEqual(['previewed xyz', 'forgot', 'accepted xyz', 'opened 7']);
    const emptied = world(TO_ROOM);
    await emptied.invitation.choose('xyz');
    await emptied.invitation.choose('');
    await emptied.invitation.accept(emptied.page);
    expect(emptied.done.at(-2)).toBe('accepted abc');
  });

  it('does not exist when the page was opened without one', async () => {
    const { invitation, page, done } = world(TO_ROOM, '/');
    expect(invitation.code).toBe('');
    await invitation.accept(page);
    expect(done).toEqual([]);
  });
});
