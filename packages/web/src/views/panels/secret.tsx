import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { copyText } from '../../page/clipboard.ts';

type SecretProps = {
  text: string;
  label: string;
  /** Focuses it when the panel opens. */
  isFirst?: boolean;
};

/** A link or token that is shown once, to be copied. */
export function Secret({ text, label, isFirst = false }: SecretProps) {
  const isCopied = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    isCopied.value = await copyText(text);
    // The browser allows no button to copy, but a person can.
    if (!isCopied.value) field.current?.focus();
  };
  return (
    <p class="secret">
      <input
        ref={field}
        readOnly
        value={text}
        aria-label={label}
        data-focus={isFirst || undefined}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="word" onClick={() => void copy()}>
        {isCopied.value ? 'copied' : 'copy'}
      </button>
    </p>
  );
}
