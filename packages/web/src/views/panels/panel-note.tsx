import type { ComponentChildren } from 'preact';

type PanelNoteProps = { isWrong?: boolean; id?: string; children?: ComponentChildren };

/** A panel's line for results and problems. It keeps its space while it is empty. */
export function PanelNote({ isWrong = false, id, children }: PanelNoteProps) {
  return (
    <p class={isWrong ? 'panel-note wrong' : 'panel-note'} id={id} role="status">
      {children}
    </p>
  );
}
