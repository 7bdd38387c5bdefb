import { useSignal } from '@preact/signals';

type SecretProps = {
  text: string;
  label: string;
  /** It gets the keyboard when the panel opens. */
  isFirst?: boolean;
};

/** Something to hand on, shown once: it can be selected and copied. */
export function Secret({ text, label, isFirst = false }: SecretProps) {
  const isCopied = useSignal(false);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => {
        isCopied.value = true;
      },
      () => undefined,
    );
  return (
    <p class="secret">
      <input
        readOnly
        value={text}
        aria-label={label}
        data-focus={isFirst || undefined}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="word" onClick={copy}>
        {isCopied.value ? 'copied' : 'copy'}
      </button>
    </p>
  );
}
