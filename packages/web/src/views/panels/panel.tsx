import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePage } from '../use-page.ts';
import { replayKeys } from './replay-keys.ts';

type PanelProps = {
  title: string;
  /** Called by Esc, the close button or a click beside the panel. Null for a panel that can't be closed. */
  close: (() => void) | null;
  /** `broad` is for lines of messages, `wide` for tables side by side. */
  width?: 'narrow' | 'broad' | 'wide';
  /** Called for each key pressed in the panel. */
  onKeyDown?: (event: TargetedKeyboardEvent<HTMLDialogElement>) => void;
  children: ComponentChildren;
};

/** A modal panel. It focuses its element with `data-focus`. When it closes, the focus returns to a row of the log, or to the input. */
export function Panel(props: PanelProps) {
  const { title, close, width, onKeyDown, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const { mounted } = usePage();
  useLayoutEffect(() => {
    const shown = dialog.current;
    const returnToRow = mounted.log?.cursor.hold();
    shown?.showModal();
    // At once, so that the keys after the one that opened the panel go to it.
    shown?.querySelector<HTMLElement>('[data-focus]')?.focus();
    replayKeys(mounted.heldKeys.splice(0));
    return () => {
      shown?.close();
      if (returnToRow?.() !== true) mounted.composer?.focus();
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
