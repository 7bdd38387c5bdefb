import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePage } from '../use-page.ts';

type PanelProps = {
  title: string;
  /** Called when Esc, the close button or a press beside the panel asks for that; null for a panel that must be answered. */
  close: (() => void) | null;
  /** `broad` is for lines of messages, `wide` for tables that stand side by side. */
  width?: 'narrow' | 'broad' | 'wide';
  /** Hears of the keys pressed in the panel. */
  onKeyDown?: (event: TargetedKeyboardEvent<HTMLDialogElement>) => void;
  children: ComponentChildren;
};

/** A modal panel. What bears `data-focus` in it gets the keyboard; the input gets it back when the panel closes. */
export function Panel(props: PanelProps) {
  const { title, close, width, onKeyDown, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const { mounted } = usePage();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // At once: what is typed behind the key that opened the panel belongs to it.
    shown?.querySelector<HTMLElement>('[data-focus]')?.focus();
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
    <dialog
      class={width === undefined ? 'panel' : `panel ${width}`}
      ref={dialog}
      aria-label={title}
      onCancel={cancel}
      onClick={onClick}
      onKeyDown={onKeyDown}
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
