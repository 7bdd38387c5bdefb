/** How much space the database has until the bounds of the settings. */
import { statfs } from 'node:fs/promises';
import { type Database, statements } from '../database/database.ts';

/** The bounds, in bytes. Null for none. */
export type DiskBounds = {
  /** The embedded PostgreSQL's folder; null for a server elsewhere. */
  folder: string | null;
  /** How much of the folder's disk must stay free. */
  minFree: number | null;
  /** How large the database may become. */
  maxDatabase: number | null;
};

/** The space until a bound: negative beyond it. */
export type FreeSpace = { free: number; bound: number };

/** The statements of the free space. */
export const FREE_SPACE_SQL = statements('freeSpace', {
  size: 'SELECT pg_database_size(current_database()) AS bytes',
});

/** Returns a function that reads the smallest space until one of the bounds; null without a bound. */
export function freeSpaceReader({ query }: Database, bounds: DiskBounds): (() => Promise<FreeSpace>) | null {
  const { folder, minFree, maxDatabase } = bounds;
  const readers: (() => Promise<FreeSpace>)[] = [];
  if (folder !== null && minFree !== null) {
    readers.push(async () => {
      const { bavail, bsize } = await statfs(folder);
      return { free: bavail * bsize - minFree, bound: minFree };
    });
  }
  if (maxDatabase !== null) {
    readers.push(async () => {
      const [row] = await query<{ bytes: number }>(FREE_SPACE_SQL.size);
      return { free: maxDatabase - (row?.bytes ?? 0), bound: maxDatabase };
    });
  }
  if (readers.length === 0) return null;
  return async () => {
    const spaces = await Promise.all(readers.map((read) => read()));
    return spaces.reduce((least, space) => (space.free < least.free ? space : least));
  };
}
