import type { AuditEntry } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { clockTime, dayKey, longCount, visibleName } from '../../text/format.ts';
import { problemText } from '../../text/problem.ts';
import { Field, Form, textOf } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Most entries shown at once. */
const ENTRIES_SHOWN = 100;

/** Lists the audit log, newest first, filters it, and verifies that it is unchanged. */
export function AdminAudit() {
  const { client } = usePage();
  const act = useSignal('');
  const loaded = useLoaded(() =>
    client.api.admin.audit({ limit: ENTRIES_SHOWN, ...(act.value === '' ? {} : { act: act.value }) }),
  );
  const filter = async (values: FormData) => {
    act.value = textOf(values, 'act');
    await loaded.load();
    return '';
  };
  return (
    <>
      <Form label="Filter" action="show" submit={filter}>
        {(problemOf) => (
          <Field
            name="act"
            label="act"
            rule="e.g. room.kick, or room for all"
            problem={problemOf('act')}
            isFirst
          />
        )}
      </Form>
      <Verification />
      <ul class="records audit" aria-label="Audit log">
        {(loaded.value?.entries ?? []).map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </ul>
      <PanelNote isWrong>{loaded.problem.value}</PanelNote>
    </>
  );
}

function Verification() {
  const { client } = usePage();
  const verdict = useSignal<{ text: string; isWrong: boolean }>({ text: '', isWrong: false });
  const verify = async () => {
    try {
      const { rows, broken } = await client.api.admin.verifyAudit();
      verdict.value =
        broken === undefined
          ? { text: `The log is intact: ${longCount(rows)} entries.`, isWrong: false }
          : { text: `The log was changed. Entry ${broken.id}: ${broken.problem}.`, isWrong: true };
    } catch (error) {
      verdict.value = { text: problemText(error), isWrong: true };
    }
  };
  return (
    <div class="panel-actions">
      <button type="button" class="word" onClick={() => void verify()}>
        verify the log
      </button>
      <PanelNote isWrong={verdict.value.isWrong}>{verdict.value.text}</PanelNote>
    </div>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const { at, act } = entry;
  const about = aboutText(entry);
  return (
    <li>
      <time dateTime={at} title={at}>
        {dayKey(at)} {clockTime(at)}
      </time>
      <span class="record-name">{act}</span>
      <span class="dim record-about">
        by {actorText(entry)}
        {about !== '' && `: ${about}`}
      </span>
    </li>
  );
}

/** The person and the room of an act by name, then its other facts: `juno, #plates, seq 3`. An own account is not repeated. */
function aboutText({ actorId, user, room, subject: { userId, roomId, ...facts } }: AuditEntry): string {
  const parts = Object.entries(facts).map(([name, value]) => `${name} ${visibleName(JSON.stringify(value))}`);
  if (roomId !== undefined) parts.unshift(room === undefined ? `room ${roomId}` : `#${room}`);
  if (userId !== undefined && userId !== actorId)
    parts.unshift(user === undefined ? `account ${userId}` : visibleName(user));
  return parts.join(', ');
}

function actorText({ actor, actorId }: AuditEntry): string {
  if (actor !== undefined) return visibleName(actor);
  return actorId === undefined ? 'no account' : `account ${actorId}`;
}
