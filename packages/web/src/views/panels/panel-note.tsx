import type { ComponentChildren } from 'preact';

type PanelNoteProps = { isWrong?: boolean; id?: string; children?: ComponentChildren };

/** The line in which a panel says how things are, or what is wrong. It keeps its place while there is nothing to say. */
export function PanelNote({ isWrong = false, id, children }: PanelNoteProps) {
  return (
    <p class={isWrong ? 'panel-note wrong' : 'panel-note'} id={id} role="status">
      {children}
    </p>
  );
}
