import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePage } from './use-page.ts';

/** A modal panel. `close` is called when Esc, the close button or a press beside it asks for that. */
export function Panel(props: { title: string; close: (() => void) | null; children: ComponentChildren }) {
  const { title, close, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const { mounted } = usePage();
  // Before the effects of what is inside, which may put the focus into a field.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      mounted.composer?.focus();
    };
  }, [mounted]);
  const cancel = (event: Event) => {
    event.preventDefault();
    close?.();
  };
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog.current) close?.();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way is Esc, which gives `cancel`
    <dialog class="panel" ref={dialog} aria-label={title} onCancel={cancel} onClick={onClick}>
      <div class="panel-head">
        <h2>{title}</h2>
        {close !== null && (
          <button type="button" class="word" onClick={close}>
            close
          </button>
        )}
      </div>
      <div class="panel-body">{children}</div>
    </dialog>
  );
}
