/** Ids of commands. They are also the idempotency keys of sends, so two must never be equal by chance. */

const ID_BYTES = 16;

/** Returns 128 random bits as 22 characters of base64url. */
export function createCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
