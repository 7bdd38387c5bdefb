/** Device cookies: a browser on which an account has signed in is not slowed by strangers' failed sign-ins [G5]. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SigningKeys } from '../secrets.ts';

const NAME_BYTES = 16;
const TEXT_PATTERN = /^(?<name>[\w-]{22})\.(?<mac>[\w-]{43})$/;

/** The signed texts of device cookies. They prove where a person signed in before, and let nobody in. */
export class DeviceCookies {
  readonly #keys: SigningKeys;

  /** @param keys the keys that also sign access tokens; cookies signed with any of them are valid. */
  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  /** Returns the cookie's text for a browser on which the account has just signed in. */
  issue(accountId: number): string {
    const name = randomBytes(NAME_BYTES).toString('base64url');
    return `${name}.${macOf(this.#keys[0], accountId, name)}`;
  }

  /** Returns the name of the device, or null if the text is not a cookie of this account. */
  nameOf(text: string | undefined, accountId: number): string | null {
    const { name, mac } = TEXT_PATTERN.exec(text ?? '')?.groups ?? {};
    if (name === undefined || mac === undefined) return null;
    const isOurs = this.#keys.some((key) =>
      timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(key, accountId, name))),
    );
    return isOurs ? name : null;
  }
}

/** The signed text has blanks and an access token has none, so neither can pass for the other. */
function macOf(key: string, accountId: number, name: string): string {
  return createHmac('sha256', key).update(`banter device ${accountId} ${name}`).digest('base64url');
}
