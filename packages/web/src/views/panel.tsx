import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePage } from './use-page.ts';

type PanelProps = {
  title: string;
  /** Called when Esc, the close button or a press beside the panel asks for that; null for a panel that must be answered. */
  close: (() => void) | null;
  /** `wide` is for tables, so that their lines need not wrap. */
  width?: 'wide' | 'narrow';
  children: ComponentChildren;
};

/** A modal panel. The input gets the focus back when it closes. */
export function Panel(props: PanelProps) {
  const { title, close, width, children } = props;
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
    <dialog
      class={width === undefined ? 'panel' : `panel ${width}`}
      ref={dialog}
      aria-label={title}
      onCancel={cancel}
      onClick={onClick}
    >
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
