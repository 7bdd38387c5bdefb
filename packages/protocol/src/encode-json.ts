/** Writes JSON that a terminal can show: the control characters that JSON leaves raw are escaped. */

/**
 * DEL and the C1 controls, which a terminal may obey, and the separators U+2028 and U+2029, which some programs take for
 * line ends. JSON.stringify escapes only the controls below U+0020.
 */
const RAW_CONTROL = /[\u007f-\u009f\u2028\u2029]/;
const RAW_CONTROLS = new RegExp(RAW_CONTROL, 'g');

/** Returns the JSON of a value, with such characters as `\u009b`. */
export function encodeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return hasRawControl(json) ? escapeControls(json) : json;
}

/** Whether a text has a character that encodeJson escapes and JSON.stringify does not. */
export function hasRawControl(text: string): boolean {
  return RAW_CONTROL.test(text);
}

/** Escapes such characters in a JSON text. They can only stand in its strings. */
export function escapeControls(json: string): string {
  return json.replace(RAW_CONTROLS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
