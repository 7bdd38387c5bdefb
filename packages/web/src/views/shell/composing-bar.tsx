import { cancelComposing } from '../../page/message-actions.ts';
import { quoteText } from '../../text/quote.ts';
import { usePage } from '../use-page.ts';

/** Above the input: the message that is being edited or replied to, with a button to cancel. */
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
            replying to <bdi>{quoteText(composing.quote)}</bdi>
          </>
        )}
      </span>
      <button type="button" class="word" onClick={cancel}>
        cancel
      </button>
      <span class="key" aria-hidden="true">
        Esc
      </span>
    </div>
  );
}
