/** The facts that greet a person who has just signed in over a socket, read in one statement. */
import { type Database, type Scope, statements } from './database/database.ts';
import { MEMBERSHIP_COLUMNS, type Membership, type MembershipRow, toMembership } from './memberships.ts';
import { IS_OPEN_REQUEST } from './requests.ts';

/** A person's memberships in the order of joining, the ids of the people they ignore, and how many requests wait for them. */
export type Greeting = { memberships: Membership[]; ignored: number[]; requests: number };

/** Reads greetings. */
export type GreetingStore = {
  /** Returns a person's greeting. */
  find(userId: number, scope?: Scope): Promise<Greeting>;
};

/** The statement of greetings. A person without rooms has one row too; only the first has what is not about a room. */
export const GREETING_SQL = statements('greetings', {
  find: `
    SELECT g.*, CASE WHEN COALESCE(g.place, 1) = 1 THEN
             ARRAY(SELECT ignored_id FROM ignored WHERE account_id = $1 ORDER BY ignored_id) END AS ignored,
           CASE WHEN COALESCE(g.place, 1) = 1 THEN
             (SELECT count(*) FROM requests q WHERE ${IS_OPEN_REQUEST}) END AS requests
    FROM (SELECT) person LEFT JOIN (
      SELECT row_number() OVER (ORDER BY m.joined_at, r.id) AS place, ${MEMBERSHIP_COLUMNS}
      FROM memberships m JOIN rooms r ON r.id = m.room_id WHERE m.account_id = $1
    ) g ON true ORDER BY g.place`,
});

/** Creates the store of greetings. */
export function createGreetingStore({ query }: Database): GreetingStore {
  return {
    async find(userId, scope) {
      const rows = await query<GreetingRow>(GREETING_SQL.find, [userId], scope);
      const [first] = rows;
      return {
        memberships: rows.filter(({ place }) => place !== null).map(toMembership),
        ignored: first?.ignored ?? [],
        requests: first?.requests ?? 0,
      };
    },
  };
}

type GreetingRow = MembershipRow & {
  place: number | null;
  ignored: number[] | null;
  requests: number | null;
};
