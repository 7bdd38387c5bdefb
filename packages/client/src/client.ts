/** The client that a user interface uses: a thin layer over all parts. */
import { ChatError, type EntryRequest, type Room, type TokenGrant, type User } from '@banter/protocol';
import { isUnauthenticated } from './api/token-session.ts';
import type { ClientOptions } from './options.ts';
import { createParts, type Parts } from './parts/parts.ts';
import type { NewAccount } from './types/accounts-api.ts';
import type { Api } from './types/api.ts';
import type { Client, ClientChange } from './types/client.ts';
import type { ConnectionState } from './types/connection.ts';
import type { PendingEntry, SendAbout, Timeline } from './types/log.ts';
import type { Person } from './types/people.ts';
import type { DirectRoomPeople, NewRoom } from './types/rooms-api.ts';

/**
 * Creates a client of one server. It sends nothing before the first call of register, login, restore or start.
 * @throws TypeError when `baseUrl` is not a URL, or there is no WebSocket
 */
export function createClient(options: ClientOptions): Client {
  return new PartsClient(createParts(options));
}

class PartsClient implements Client {
  readonly api: Api;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.api = parts.api;
    this.#parts = parts;
  }

  get user(): User | null {
    return this.#parts.session.user;
  }

  get connection(): ConnectionState {
    return this.#parts.connection.state;
  }

  get rooms(): readonly Room[] {
    return this.#parts.rooms.list;
  }

  get ignored(): readonly number[] {
    return this.#parts.ignored.ids;
  }

  get requests(): readonly EntryRequest[] {
    return this.#parts.requests.list;
  }

  get queuedCount(): number {
    return this.#parts.outbox.queuedCount;
  }

  get latencyMs(): number | null {
    return this.#parts.latency.ms;
  }

  serverNow(): number {
    return this.#parts.time.now();
  }

  async register(input: NewAccount): Promise<User> {
    return this.#adopt(await this.#parts.signIn.register(input));
  }

  async login(input: { login: string; password: string }): Promise<User> {
    return this.#adopt(await this.#parts.signIn.login(input));
  }

  async restore(): Promise<User | null> {
    const { session, connection } = this.#parts;
    await session.renew().catch(ignoreUnauthenticated);
    if (session.user) connection.revive();
    return session.user;
  }

  async logout(): Promise<void> {
    const { session, connection, identity } = this.#parts;
    // A session that is over needs no call, and its server may be out of reach.
    if (connection.state.name !== 'ended') await this.api.logout().catch(ignoreUnauthenticated);
    connection.stop();
    session.clear();
    identity.forget();
  }

  start(): void {
    this.#parts.connection.start();
  }

  stop(): void {
    this.#parts.connection.stop();
  }

  retryNow(hasSlept?: boolean): void {
    this.#parts.connection.retryNow(hasSlept);
  }

  setOnline(online: boolean): void {
    this.#parts.connection.setOnline(online);
  }

  async createRoom(input: NewRoom): Promise<Room> {
    return this.#follow(await this.api.createRoom(input));
  }

  async openDirect(input: DirectRoomPeople): Promise<Room> {
    return this.#follow(await this.api.openDirect(input));
  }

  async joinRoom(roomId: number): Promise<Room> {
    return this.#follow(await this.api.joinRoom(roomId));
  }

  async acceptRequest(roomId: number): Promise<Room> {
    return this.#follow(await this.api.acceptRequest(roomId));
  }

  async acceptInvitation(code: string): Promise<Room | null> {
    const { room } = await this.api.acceptInvitation(code);
    return room ? this.#follow(room) : null;
  }

  async leaveRoom(roomId: number): Promise<void> {
    await this.api.leaveRoom(roomId);
    this.#parts.following.unfollow(roomId);
  }

  timeline(roomId: number): Timeline {
    return this.#parts.ignored.filter(this.#parts.logs.of(roomId).timeline);
  }

  people(roomId: number): readonly Person[] {
    return this.#parts.rooms.has(roomId) ? this.#parts.people.of(roomId) : [];
  }

  typing(roomId: number): readonly string[] {
    return this.#parts.typing.of(roomId);
  }

  send(roomId: number, content: string, about?: SendAbout): PendingEntry {
    if (!this.user) throw new ChatError('unauthenticated');
    const entry = this.#parts.outbox.add(roomId, content, about);
    this.#parts.typing.allowSend(roomId);
    return entry;
  }

  retry(id: string): void {
    this.#parts.outbox.retry(id);
  }

  discard(id: string): string {
    return this.#parts.outbox.discard(id);
  }

  markRead(roomId: number, seq: number): void {
    if (this.#parts.rooms.markRead(roomId, seq)) this.#parts.marks.set(roomId, seq);
  }

  sendTyping(roomId: number): void {
    this.#parts.typing.send(roomId);
  }

  onChange(listener: (change: ClientChange) => void): () => void {
    return this.#parts.changes.listen(listener);
  }

  #adopt(grant: TokenGrant): User {
    this.#parts.session.adopt(grant);
    this.#parts.connection.revive();
    return grant.user;
  }

  #follow(room: Room): Room {
    this.#parts.following.follow(room);
    return room;
  }
}

function ignoreUnauthenticated(error: unknown): void {
  if (!isUnauthenticated(error)) throw error;
}
