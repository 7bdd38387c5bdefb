/** People in rooms. */
import type { Member } from '@banter/protocol';

/** A member of a room as this client knows them. Presence and membership events keep it up to date. */
export type Person = Member;
