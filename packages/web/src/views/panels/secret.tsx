import { useSignal } from '@preact/signals';

type SecretProps = {
  text: string;
  label: string;
  /** Focuses it when the panel opens. */
  isFirst?: boolean;
};

/** A link or token that is shown once, to be copied. */
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
