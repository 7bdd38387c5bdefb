/** People who want to be told. One that fails must not keep the others, or what is being told of, from going on. */

export type Listeners<T> = {
  /** The answer takes the listener away again. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
};

/** Nobody listens yet. What a listener throws surfaces as an uncaught error after everybody was told. */
export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
