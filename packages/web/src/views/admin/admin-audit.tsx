import type { AuditEntry } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { problemText } from '../../page/client-state.ts';
import { clockTime, dayKey, longCount, visibleName } from '../../text/format.ts';
import { Field, Form, textOf } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

const ENTRIES_SHOWN = 100;

/** What was done on the server, newest first, and whether the log is as it was written. */
export function AdminAudit() {
  const { client } = usePage();
  const act = useSignal('');
  const verdict = useSignal<{ text: string; isWrong: boolean }>({ text: '', isWrong: false });
  const page = useLoaded(() =>
    client.api.admin.audit({ limit: ENTRIES_SHOWN, ...(act.value === '' ? {} : { act: act.value }) }),
  );
  const narrow = async (values: FormData) => {
    act.value = textOf(values, 'act');
    await page.load();
    return '';
  };
  const verify = async () => {
    try {
      const { rows, broken } = await client.api.admin.verifyAudit();
      verdict.value =
        broken === undefined
          ? { text: `All ${longCount(rows)} rows are as they were written.`, isWrong: false }
          : { text: `Row ${broken.id} is not as it was written: ${broken.problem}.`, isWrong: true };
    } catch (error) {
      verdict.value = { text: problemText(error), isWrong: true };
    }
  };
  return (
    <>
      <Form label="Narrow" action="show" submit={narrow}>
        {(problemOf) => (
          <Field
            name="act"
            label="act"
            rule="As in room.kick, or room for all of it."
            problem={problemOf('act')}
            isFirst
          />
        )}
      </Form>
      <div class="panel-actions">
        <button type="button" class="word" onClick={() => void verify()}>
          verify the whole log
        </button>
        <PanelNote isWrong={verdict.value.isWrong}>{verdict.value.text}</PanelNote>
      </div>
      <ul class="records audit" aria-label="Audit log">
        {(page.value?.entries ?? []).map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </ul>
      <PanelNote isWrong>{page.problem.value}</PanelNote>
    </>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const { at, act, actor, actorId, subject } = entry;
  const who =
    actor === undefined ? (actorId === undefined ? 'nobody' : `account ${actorId}`) : visibleName(actor);
  const about = Object.entries(subject).map(
    ([name, value]) => `${name} ${visibleName(JSON.stringify(value))}`,
  );
  return (
    <li>
      <time dateTime={at} title={at}>
        {dayKey(at)} {clockTime(at)}
      </time>
      <span class="record-name">{act}</span>
      <span class="dim record-about">
        by {who}
        {about.length > 0 && `: ${about.join(', ')}`}
      </span>
    </li>
  );
}
