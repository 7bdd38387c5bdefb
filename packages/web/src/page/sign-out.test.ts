import { expect, it } from 'vitest';
import type { Page } from './page.ts';
import { followSignOut, signOut } from './sign-out.ts';

/** A tab of the person with that id. `left` resolves to the rooms whose drafts are cleared. */
function tabOf(id: number) {
  const user = { id, username: `user${id}` };
  let logouts = 0;
  let clear: (roomIds: readonly number[]) => void = () => {};
  const left = new Promise<readonly number[]>((resolve) => {
    clear = resolve;
  });
  const client = {
    user: user as Page['client']['user'],
    rooms: [{ id: 7 }],
    async logout() {
      logouts++;
      client.user = null;
    },
  };
  const page = { client, drafts: { clear }, self: user } as unknown as Page;
  return { page, left, stop: followSignOut(page), logouts: () => logouts };
}

it('a sign-out ends the session and clears the drafts in every tab of that person, once', async () => {
  const tabs = [tabOf(1), tabOf(1), tabOf(2)] as const;
  await signOut(tabs[0].page);
  expect(await Promise.all([tabs[0].left, tabs[1].left])).toEqual([[7], [7]]);
  await signOut(tabs[2].page);
  await tabs[2].left;
  expect(tabs.map((tab) => tab.logouts())).toEqual([1, 1, 1]);
  for (const tab of tabs) tab.stop();
});
