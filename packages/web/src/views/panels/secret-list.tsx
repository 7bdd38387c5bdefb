import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { PanelNote } from './panel-note.tsx';
import { Secret } from './secret.tsx';

type SecretListProps<T> = {
  /** The list's name for screen readers. */
  label: string;
  /** Null until they are loaded. */
  items: readonly T[] | null;
  /** Renders an item as a list item with a key. */
  row: (item: T) => ComponentChildren;
  /** Shown for an empty list. */
  none: string;
  /** Why loading or a change failed; empty when nothing did. */
  problem: Signal<string>;
  /** A new secret, to be copied now. Its text is empty without one. */
  created: { text: string; label: string };
};

/** Lists issued secrets (tokens, invitations) without their texts, and shows a new one once. */
export function SecretList<T>({ label, items, row, none, problem, created }: SecretListProps<T>) {
  return (
    <>
      <ul class="records" aria-label={label}>
        {(items ?? []).map(row)}
      </ul>
      <PanelNote isWrong={problem.value !== ''}>
        {problem.value || (items?.length === 0 ? none : '')}
      </PanelNote>
      {created.text !== '' && <Secret {...created} />}
    </>
  );
}
