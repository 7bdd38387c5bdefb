/** Records the statements that the server sends to its database from the test's process. */
import pg from 'pg';

export type Asked = { statement: string; rows: number | null };
type Query = (this: unknown, config: unknown, ...rest: unknown[]) => unknown;

/** Runs something, and returns the statements that this process sent meanwhile, with their numbers of rows. */
export async function statementsDuring<T>(run: () => Promise<T>): Promise<{ result: T; asked: Asked[] }> {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  const asked: Asked[] = [];
  prototype.query = function (config, ...rest) {
    const made = query.call(this, config, ...rest);
    const entry: Asked = { statement: nameOf(config), rows: null };
    asked.push(entry);
    if (made instanceof Promise) {
      made.then(
        ({ rowCount }: pg.QueryResult) => {
          entry.rows = rowCount;
        },
        () => {},
      );
    }
    return made;
  };
  try {
    return { result: await run(), asked };
  } finally {
    prototype.query = query;
  }
}

function nameOf(config: unknown): string {
  if (typeof config === 'string') return config;
  const { name, text } = config as { name?: string; text?: string };
  return name ?? text ?? '';
}
