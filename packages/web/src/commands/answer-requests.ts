/** Requests: rooms that others ask the reader to enter, in words, and the commands that answer and withdraw them. Loaded when needed. */
import type { EntryRequest } from '@banter/protocol';
import { roomTitle } from '../text/room-title.ts';
import { type CommandContext, CommandError, requireRoom } from './command.ts';
import { findUser } from './people.ts';

/** Prints the requests that wait. */
export async function requests(_rest: string, { client, print }: CommandContext): Promise<void> {
  const lines = client.requests.map((request) => requestText(request, client.user?.id ?? 0));
  print(lines.length === 0 ? 'No requests.' : lines.join('\n'));
}

/** Accepts a request and opens its room. @throws CommandError */
export async function accept(rest: string, { client, openRoom }: CommandContext): Promise<void> {
  const { roomId } = findRequest(rest, client.requests);
  openRoom((await client.acceptRequest(roomId)).id);
}

/** Declines a request. @throws CommandError */
export async function decline(rest: string, { client, print }: CommandContext): Promise<void> {
  const request = findRequest(rest, client.requests);
  await client.api.declineRequest(request.roomId);
  print(`Declined. ${request.username} isn't told. /ignore ${request.username} to hear nothing more.`);
}

/** Withdraws the reader's request to a person; without a name, to everybody of the open direct room. */
export async function withdraw(rest: string, context: CommandContext): Promise<void> {
  const { client, print } = context;
  const room = requireRoom(context);
  const people =
    rest !== '' || room.people === undefined
      ? [(await findUser(rest, context)).id]
      : room.people.map(({ userId }) => userId).filter((userId) => userId !== client.user?.id);
  for (const userId of people) await client.api.withdrawRequest(room.id, userId);
  print('Withdrawn, unless it was answered.');
}

/** A request in words, and how to answer it. */
export function requestText(request: EntryRequest, selfId: number): string {
  const { kind, username } = request;
  const others = (request.people ?? []).filter(
    ({ userId }) => userId !== request.userId && userId !== selfId,
  );
  const where = kind === 'direct' ? 'to talk to you' : `you into #${request.name}`;
  const company =
    others.length === 0
      ? ''
      : `, with ${roomTitle({ ...request, id: request.roomId, people: others }, selfId)}`;
  return `${username} asks ${where}${company}: /accept ${username}, /decline ${username} or /ignore ${username}.`;
}

/** The request of a person or to a room; without a name, the only one. */
function findRequest(rest: string, list: readonly EntryRequest[]): EntryRequest {
  const name = rest.trim().replace(/^[@#]/, '').toLowerCase();
  const found = list.filter(
    (each) => name === '' || [each.username, each.name].some((text) => text.toLowerCase() === name),
  );
  const [first] = found;
  if (first === undefined) throw new CommandError('There is no such request. /requests lists them.');
  if (found.length > 1 && name === '')
    throw new CommandError('Several wait: say whose. /requests lists them.');
  return first;
}
