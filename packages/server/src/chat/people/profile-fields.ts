/** Checks of the fields of a profile. */
import {
  type CheckedText,
  checkAbout,
  checkDisplayName,
  type FieldError,
  isTimeZone,
} from '@banter/protocol';
import type { ProfileChange } from '../../store/own-accounts.ts';
import { rejectFields } from '../fields.ts';

/** The fields to change: null or an empty text removes one, an absent field stays as it is. */
export type ProfileInput = { [K in keyof ProfileChange]: ProfileChange[K] | undefined };

const TEXTS = { displayName: checkDisplayName, about: checkAbout } satisfies Record<
  string,
  (raw: string) => CheckedText
>;

/** Checks all fields, and returns the change for the store. @throws ChatError invalid, naming every wrong field. */
export function checkProfile(input: ProfileInput): ProfileChange {
  const wrong: FieldError[] = [];
  const change: ProfileChange = {};
  for (const field of ['displayName', 'about'] as const) {
    const raw = input[field];
    if (raw === undefined) continue;
    const checked = raw ? TEXTS[field](raw) : { ok: true as const, text: null };
    if (checked.ok) change[field] = checked.text;
    else wrong.push({ field, message: checked.problem });
  }
  const { timeZone } = input;
  if (timeZone && !isTimeZone(timeZone))
    wrong.push({ field: 'timeZone', message: 'timeZone must be a name such as Europe/Berlin' });
  else if (timeZone !== undefined) change.timeZone = timeZone || null;
  rejectFields(wrong);
  return change;
}
