/** Tells the server how far each room was read. A mark has no answer, so each line hears all those set since the one before. */
import type { Read } from '@banter/protocol';

export type ReadMarks = {
  /** Everything up to `seq` was read. */
  set(roomId: number, seq: number): void;
  /** A new line is live. */
  connected(): void;
  remove(roomId: number): void;
  clear(): void;
};

/** @param send sends a mark; false when there is no line. */
export function createReadMarks(send: (command: Read) => boolean): ReadMarks {
  const marks = new Map<number, number>();
  return {
    set(roomId, seq) {
      marks.set(roomId, seq);
      send({ op: 'read', roomId, seq });
    },
    connected() {
      for (const [roomId, seq] of marks) send({ op: 'read', roomId, seq });
    },
    remove: (roomId) => void marks.delete(roomId),
    clear: () => marks.clear(),
  };
}
