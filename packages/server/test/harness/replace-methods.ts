/** A real part of the server in which a test replaces some methods. */

/** Returns `real` with these methods in place of its own. The others still run on `real`, private fields included. */
export function replaceMethods<T extends object>(real: T, methods: Partial<T>): T {
  return new Proxy(real, {
    get(target, key) {
      if (Object.hasOwn(methods, key)) return methods[key as keyof T];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
