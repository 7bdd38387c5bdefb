/** How much room the database has until the bounds of the settings. */
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

/** The room until a bound: negative beyond it. */
export type DiskRoom = { free: number; bound: number };

/** The statements of the room. */
export const DISK_ROOM_SQL = statements('diskRoom', {
  size: 'SELECT pg_database_size(current_database()) AS bytes',
});

/** Returns a function that reads the smallest room until one of the bounds; null without a bound. */
export function roomReader({ query }: Database, bounds: DiskBounds): (() => Promise<DiskRoom>) | null {
  const { folder, minFree, maxDatabase } = bounds;
  const readers: (() => Promise<DiskRoom>)[] = [];
  if (folder !== null && minFree !== null) {
    readers.push(async () => {
      const { bavail, bsize } = await statfs(folder);
      return { free: bavail * bsize - minFree, bound: minFree };
    });
  }
  if (maxDatabase !== null) {
    readers.push(async () => {
      const [row] = await query<{ bytes: number }>(DISK_ROOM_SQL.size);
      return { free: maxDatabase - (row?.bytes ?? 0), bound: maxDatabase };
    });
  }
  if (readers.length === 0) return null;
  return async () => {
    const rooms = await Promise.all(readers.map((read) => read()));
    return rooms.reduce((least, room) => (room.free < least.free ? room : least));
  };
}
