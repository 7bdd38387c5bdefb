/** A small form of a panel: fields with what is wrong beside them, one button, and a line for what came of it. */

import { ChatError } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { problemText } from '../../page/client-state.ts';
import { asSentence } from '../../text/format.ts';
import { PanelNote } from './panel-note.tsx';

type FormProps = {
  label: string;
  action: string;
  /** Gives what to say when it is done. @throws ChatError: what it says of a field stands there. */
  submit(values: FormData): Promise<string>;
  /** Whether the fields are emptied once it is done. */
  clears?: boolean;
  children: (problemOf: (field: string) => string | undefined) => ComponentChildren;
};

type Outcome = { text: string; isWrong: boolean; fields: ReadonlyMap<string, string> };
const NOTHING: Outcome = { text: '', isWrong: false, fields: new Map() };

/** Nothing typed is lost when the server refuses. */
export function Form({ label, action, submit, clears = false, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const outcome = useSignal(NOTHING);
  const isBusy = useSignal(false);

  const onSubmit = async (event: Event) => {
    event.preventDefault();
    if (form.current === null || isBusy.value) return;
    isBusy.value = true;
    try {
      outcome.value = { ...NOTHING, text: await submit(new FormData(form.current)) };
      if (clears) form.current?.reset();
    } catch (error) {
      outcome.value = refusal(error);
      focusWrong(form.current, outcome.value.fields);
    } finally {
      isBusy.value = false;
    }
  };
  const { text, isWrong, fields } = outcome.value;
  return (
    <form class="panel-form" ref={form} aria-label={label} noValidate onSubmit={onSubmit}>
      {children((field) => fields.get(field))}
      <div class="panel-actions">
        <button type="submit" class="primary" aria-disabled={isBusy.value}>
          {action}
        </button>
        <PanelNote isWrong={isWrong}>{text}</PanelNote>
      </div>
    </form>
  );
}

function refusal(error: unknown): Outcome {
  const list = error instanceof ChatError ? (error.fields ?? []) : [];
  const fields = new Map(list.map(({ field, message }) => [field, asSentence(withoutName(message, field))]));
  return { text: fields.size > 0 ? '' : problemText(error), isWrong: true, fields };
}

/** The field's name in the protocol is none that stands on the page. */
function withoutName(message: string, field: string): string {
  return message.startsWith(`${field} `) ? `this${message.slice(field.length)}` : message;
}

/** The first wrong field gets the keyboard, as what is typed next should mend it. */
function focusWrong(form: HTMLFormElement | null, wrong: ReadonlyMap<string, string>): void {
  const inputs = [...(form?.querySelectorAll('input') ?? [])];
  inputs.find(({ name }) => wrong.has(name))?.focus();
}

type FieldProps = {
  name: string;
  label: string;
  type?: 'text' | 'password';
  value?: string | undefined;
  autocomplete?: string;
  /** Shown before anything is sent. */
  rule?: string;
  problem: string | undefined;
  /** It gets the keyboard when the panel opens. */
  isFirst?: boolean;
};

/** One field, with its rule or, in the rule's place, what is wrong with it. */
export function Field(props: FieldProps) {
  const {
    name,
    label,
    type = 'text',
    value = '',
    autocomplete = 'off',
    rule,
    problem,
    isFirst = false,
  } = props;
  const id = `field-${name}`;
  const about = problem ?? rule;
  // A form that comes later than its panel has missed the moment in which that gives the focus away.
  useEffect(() => {
    if (isFirst) document.getElementById(id)?.focus();
  }, []);
  const attributes = {
    id,
    name,
    autocomplete,
    defaultValue: value,
    autocapitalize: 'none',
    spellcheck: false,
    'data-focus': isFirst || undefined,
    'aria-invalid': problem !== undefined,
    'aria-describedby': about === undefined ? undefined : `${id}-about`,
  } as const;
  return (
    <div class="sign-field">
      <label for={id}>{label}</label>
      {type === 'password' ? (
        <input type="password" {...attributes} />
      ) : (
        <input type="text" {...attributes} />
      )}
      {about !== undefined && (
        <p
          class={problem === undefined ? 'rule-text' : 'field-error'}
          id={`${id}-about`}
          role={problem === undefined ? undefined : 'alert'}
        >
          {about}
        </p>
      )}
    </div>
  );
}

/** A field's text, without what stands around it. */
export function textOf(values: FormData, name: string): string {
  return String(values.get(name) ?? '').trim();
}

/** What is typed in `field` is no duration. */
export function wrongDuration(field: string): ChatError {
  const message = 'a number and a unit, as in 12h or 30d';
  return new ChatError('invalid', message, { fields: [{ field, message }] });
}
