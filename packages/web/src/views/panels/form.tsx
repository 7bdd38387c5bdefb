/** Small forms of panels: fields with their problems, one button, and a line for the result. */
import { ChatError } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { asSentence } from '../../text/format.ts';
import { problemText } from '../../text/problem.ts';
import { PanelNote } from './panel-note.tsx';

type FormProps = {
  /** The form's name for screen readers. */
  label: string;
  /** The text of its button. */
  action: string;
  /** Resolves to the text that reports success. @throws ChatError: its field problems are shown at the fields. */
  submit(values: FormData): Promise<string>;
  /** Whether to clear the fields on success. */
  clears?: boolean;
  /** Renders the fields; `problemOf` returns a field's problem. */
  children: (problemOf: (field: string) => string | undefined) => ComponentChildren;
};

type Outcome = { text: string; isWrong: boolean; fields: ReadonlyMap<string, string> };
const NOTHING: Outcome = { text: '', isWrong: false, fields: new Map() };

/** A form. When the server rejects it, everything typed stays. */
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
      outcome.value = failureOf(error);
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

function failureOf(error: unknown): Outcome {
  const list = error instanceof ChatError ? (error.fields ?? []) : [];
  const fields = new Map(list.map(({ field, message }) => [field, asSentence(withoutName(message, field))]));
  return { text: fields.size > 0 ? '' : problemText(error), isWrong: true, fields };
}

/** Replaces the field's name in the protocol, which differs from its label. */
function withoutName(message: string, field: string): string {
  return message.startsWith(`${field} `) ? `this${message.slice(field.length)}` : message;
}

/** Focuses the first field with a problem. */
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
  /** Shown until there is a problem. */
  rule?: string;
  problem: string | undefined;
  /** Focuses it when the panel opens. */
  isFirst?: boolean;
};

/** One field, with its rule or its problem. */
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
  // A form that renders after its panel opened must focus its field itself.
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

/** A field's text, trimmed. */
export function textOf(values: FormData, name: string): string {
  return String(values.get(name) ?? '').trim();
}

/** The error for a field whose text is not a duration. */
export function wrongDuration(field: string): ChatError {
  const message = 'use a number and a unit, such as 12h or 30d';
  return new ChatError('invalid', message, { fields: [{ field, message }] });
}
