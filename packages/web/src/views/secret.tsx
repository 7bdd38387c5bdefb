import { useSignal } from '@preact/signals';

/** Something to hand on, shown once: it can be selected and copied. */
export function Secret({ text, label }: { text: string; label: string }) {
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
      <input readOnly value={text} aria-label={label} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="word" onClick={copy}>
        {isCopied.value ? 'copied' : 'copy'}
      </button>
    </p>
  );
}
