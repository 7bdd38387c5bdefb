import type { Signal } from '@preact/signals';

type FilterFieldProps = {
  id: string;
  label: string;
  /** The id of the list that it filters. */
  controls: string;
  placeholder: string;
  text: Signal<string>;
  /** Called after `text` has changed. */
  onInput: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
};

/** The field that filters a panel's list. It has the focus when the panel opens. */
export function FilterField(props: FilterFieldProps) {
  const { id, label, controls, placeholder, text, onInput, onKeyDown } = props;
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
          onInput();
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
