import type { Signal } from '@preact/signals';
import { isForeignKey } from '../../keys/keymap.ts';
import type { Selection } from './use-selection.ts';

type FilterFieldProps = {
  id: string;
  label: string;
  /** The id of the list that it filters. */
  controls: string;
  placeholder: string;
  text: Signal<string>;
  /** The selected item of the list. Up and Down change it, typing resets it. */
  selection: Selection;
  /** Called by Enter with the index of the selected item. */
  choose: (index: number) => void;
};

/** The field that filters a panel's list and moves through it. It has the focus when the panel opens. */
export function FilterField(props: FilterFieldProps) {
  const { id, label, controls, placeholder, text, selection, choose } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method confirms its text with Enter and moves through its own list with the arrows.
    if (isForeignKey(event) || selection.onKey(event) || event.key !== 'Enter') return;
    event.preventDefault();
    choose(selection.index);
  };
  return (
    <div class="filter">
      <label for={id}>{label}</label>
      <input
        id={id}
        data-focus
        value={text.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-controls={controls}
        placeholder={placeholder}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          selection.reset();
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
