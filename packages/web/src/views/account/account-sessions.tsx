import { agoText } from '../../text/format.ts';
import { PanelNote } from '../panels/panel-note.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Lists the account's sessions, and signs others out. */
export function AccountSessions() {
  const { client } = usePage();
  const sessions = useLoaded(client.api.sessions);
  const list = sessions.value ?? [];
  return (
    <>
      <ul class="records" aria-label="Sessions">
        {list.map(({ id, device, address, lastUsedAt, current }) => (
          <li key={id}>
            <span class="record-name">{device}</span>
            <span class="dim">
              {address}, {current ? 'this session' : `used ${agoText(lastUsedAt, client.serverNow())}`}
            </span>
            {!current && (
              <button
                type="button"
                class="word"
                aria-label={`sign out ${device}`}
                onClick={() => void sessions.change(client.api.endSession(id))}
              >
                sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      <PanelNote isWrong>{sessions.problem.value}</PanelNote>
      {list.length > 1 && (
        <button
          type="button"
          class="primary"
          onClick={() => void sessions.change(client.api.endOtherSessions())}
        >
          sign out other sessions
        </button>
      )}
    </>
  );
}
