import type { Client } from '@banter/client';
import { ChatError, type InvitationPreview } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { codeOf, openInvitation } from './invitation.ts';
import type { Page } from './page.ts';

const TO_ROOM: InvitationPreview = { roomName: 'dome', username: 'wren', expiresAt: '', registers: true };

/** A client that writes down what it is asked; `preview` is what the code shows, or how asking fails. */
function world(preview: InvitationPreview | ChatError, path = '/join/abc') {
  const done: string[] = [];
  const client = {
    api: {
      async invitation(code: string) {
        done.push(`looked at ${code}`);
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

describe('the invitation that the page was opened with', () => {
  it.each(['/join/abc', '/?invite=abc'])('is taken up once somebody has signed in: %s', async (path) => {
    const { invitation, page, done } = world(TO_ROOM, path);
    await invitation.accept(page);
    await invitation.accept(page);
    expect(done).toEqual(['looked at abc', 'forgot', 'accepted abc', 'opened 7']);
  });

  it('to the server has served once there is an account', async () => {
    const { invitation, page, done } = world({ username: 'wren', expiresAt: '', registers: true });
    await invitation.accept(page);
    expect(done).toEqual(['looked at abc', 'forgot']);
  });

  it('is told as gone where the server knows no such code, and is tried where it could not be asked', async () => {
    const gone = world(new ChatError('not_found'));
    const away = world(new ChatError('unavailable'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(gone.invitation.preview.value).toBe('gone');
    expect(away.invitation.preview.value).toBeNull();
    await away.invitation.accept(away.page);
    expect(away.done.at(-1)).toBe('opened 7');
  });

  it('is the one that was typed into the form, and again its own when that is emptied', async () => {
    const typed = world(TO_ROOM, '/');
    await typed.invitation.choose('xyz');
    await typed.invitation.accept(typed.page);
    expect(typed.done).toEqual(['looked at xyz', 'forgot', 'accepted xyz', 'opened 7']);
    const emptied = world(TO_ROOM);
    await emptied.invitation.choose('xyz');
    await emptied.invitation.choose('');
    await emptied.invitation.accept(emptied.page);
    expect(emptied.done.at(-2)).toBe('accepted abc');
  });

  it('is none on any other page', async () => {
    const { invitation, page, done } = world(TO_ROOM, '/');
    expect(invitation.code).toBe('');
    await invitation.accept(page);
    expect(done).toEqual([]);
  });

  it.each([
    ['abc', 'abc'],
    ['  abc\n', 'abc'],
    ['https://talk.example.org/join/abc', 'abc'],
    ['https://talk.example.org/?invite=abc', 'abc'],
    ['https://talk.example.org/', 'https://talk.example.org/'],
  ])('pasted as %j is %s', (text, code) => expect(codeOf(text)).toBe(code));
});
