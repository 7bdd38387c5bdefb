import { quoteText } from '../../input/composing.ts';
import { cancelComposing } from '../../page/message-actions.ts';
import { usePage } from '../use-page.ts';

/** Over the input: which message is being edited or answered, and the way out. */
export function ComposingBar() {
  const page = usePage();
  const composing = page.view.composing.of(page.view.roomId.value);
  if (composing === null) return null;
  const cancel = () => {
    cancelComposing(page);
    page.mounted.composer?.focus();
  };
  return (
    <div class="composing" id="composing">
      <span class="words">
        {composing.kind === 'edit' ? (
          'editing your message, Enter saves'
        ) : (
          <>
            answering <bdi>{quoteText(composing.quote)}</bdi>
          </>
        )}
      </span>
      <button type="button" class="word" onClick={cancel}>
        {composing.kind === 'edit' ? 'do not edit' : 'do not answer'}
      </button>
      <span class="key" aria-hidden="true">
        Esc
      </span>
    </div>
  );
}
