import type { EntryRequest } from '@banter/protocol';
import { printLocal } from '../../page/local-lines.ts';
import { visibleName } from '../../text/format.ts';
import { usePage } from '../use-page.ts';

/** The rooms that others ask the reader to enter. A click tells how to answer. */
export function RequestRows() {
  const page = usePage();
  const list = page.clientState.requests();
  const tell = async (request: EntryRequest) => {
    const { requestText } = await import('../../commands/answer-requests.ts');
    printLocal(page, requestText(request, page.self.id), false);
  };
  return (
    <>
      <h2>requests</h2>
      <ul aria-label="requests">
        {list.map((request) => (
          <li key={request.roomId}>
            <button type="button" class="room-row mention" onClick={() => void tell(request)}>
              <span class="number" aria-hidden="true">
                ?
              </span>
              <span class="name">{visibleName(request.username)}</span>
              <span class="count">asks</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
