import type { TargetedKeyboardEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { isForeignKey } from '../../keys/keymap.ts';
import { Panel } from './panel.tsx';

type ConfirmPanelProps = {
  question: string;
  /** The word of the button that agrees. */
  action: string;
  /** Called with the answer. Closing the panel is a no. */
  answer: (isYes: boolean) => void;
  close: () => void;
};

/** Asks before an act that is hard to undo. Y agrees, N and Esc decline; Enter declines too, as it just sent the command. */
export function ConfirmPanel({ question, action, answer, close }: ConfirmPanelProps) {
  useEffect(() => () => answer(false), []);
  const agree = () => {
    answer(true);
    close();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const key = event.key.toLowerCase();
    if (isForeignKey(event) || event.ctrlKey || event.altKey || event.metaKey || (key !== 'y' && key !== 'n'))
      return;
    event.preventDefault();
    if (key === 'y') agree();
    else close();
  };
  return (
    <Panel title="are you sure?" close={close} width="narrow" onKeyDown={onKeyDown}>
      <p>{question}</p>
      <p class="report-acts">
        <button type="button" class="word" onClick={agree}>
          {action} (y)
        </button>
        <button type="button" class="word" data-focus onClick={close}>
          no (n)
        </button>
      </p>
    </Panel>
  );
}
