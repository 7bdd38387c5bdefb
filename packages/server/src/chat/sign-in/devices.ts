/** Devices on which somebody has signed in: what their cookie says, so that strangers' failures cost them nothing [G5]. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type Devices = {
  /** A cookie's text for a device on which the account has just signed in. */
  issue(accountId: number): string;
  /** The device's own name, if the text is one of ours for this account; else null. It opens nothing by itself. */
  nameOf(text: string | undefined, accountId: number): string | null;
};

const NAME_BYTES = 16;
const TEXT_PATTERN = /^(?<name>[\w-]{22})\.(?<mac>[\w-]{43})$/;

/** @param secrets those that sign access tokens: the current one, then earlier ones. */
export function createDevices([current, ...previous]: readonly [string, ...string[]]): Devices {
  return {
    issue(accountId) {
      const name = randomBytes(NAME_BYTES).toString('base64url');
      return `${name}.${macOf(current, accountId, name)}`;
    },
    nameOf(text, accountId) {
      const { name, mac } = TEXT_PATTERN.exec(text ?? '')?.groups ?? {};
      if (name === undefined || mac === undefined) return null;
      const isOurs = [current, ...previous].some((secret) =>
        timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(secret, accountId, name))),
      );
      return isOurs ? name : null;
    },
  };
}

/** What is signed has blanks, which no access token has: neither can be taken for the other. */
function macOf(secret: string, accountId: number, name: string): string {
  return createHmac('sha256', secret).update(`banter device ${accountId} ${name}`).digest('base64url');
}
