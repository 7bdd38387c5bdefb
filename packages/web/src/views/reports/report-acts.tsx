import type { Report } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Page } from '../../page/page.ts';
import { visibleName } from '../../text/format.ts';
import { usePage } from '../use-page.ts';

/** How long a mute from the list of reports lasts. */
const MUTE_MS = 10 * 60_000;

/** An act on a reported message or its author. `question` is asked first. */
type Act = { name: string; question: string; run(): Promise<unknown> };

type ReportActsProps = {
  report: Report;
  /** Runs an act and loads the reports again. */
  change: (task: Promise<unknown>) => void;
};

/** Lists a moderator's acts about a report. Each asks first. */
export function ReportActs({ report, change }: ReportActsProps) {
  const page = usePage();
  const asked = useSignal<Act | null>(null);
  const no = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const act = asked.value;
  // At once, so that the next key goes to it.
  useLayoutEffect(() => no.current?.focus(), [act]);
  const settle = (isYes: boolean) => {
    if (isYes && act !== null) change(act.run());
    asked.value = null;
    page.delay(() => first.current?.focus(), 0);
  };
  if (act !== null) {
    return (
      <>
        <span>{act.question}</span>
        <button type="button" class="word" onClick={() => settle(true)}>
          yes
        </button>
        <button type="button" class="word" ref={no} onClick={() => settle(false)}>
          no
        </button>
      </>
    );
  }
  const { username, content } = report.about;
  const all = actsOn(page, report).filter(({ name }) => name !== 'delete' || content !== undefined);
  return (
    <>
      {all.map((each, index) => (
        <button
          type="button"
          class="word"
          key={each.name}
          ref={index === 0 ? first : null}
          aria-label={`${each.name} ${each.name === 'delete' ? 'the message by ' : ''}${visibleName(username)}`}
          onClick={() => {
            asked.value = each;
          }}
        >
          {each.name}
        </button>
      ))}
    </>
  );
}

function actsOn({ client }: Page, { roomId, seq, about }: Report): Act[] {
  const { api } = client;
  const who = visibleName(about.username);
  const until = () => new Date(client.serverNow() + MUTE_MS).toISOString();
  return [
    { name: 'delete', question: 'Delete it for everyone?', run: () => api.deleteMessage(roomId, seq) },
    { name: 'mute', question: `Mute ${who} for 10 min?`, run: () => api.mute(roomId, about.userId, until()) },
    {
      name: 'kick',
      question: `Remove ${who} from the room?`,
      run: () => api.removeMember(roomId, about.userId),
    },
    { name: 'ban', question: `Ban ${who} until /unban?`, run: () => api.ban(roomId, about.userId) },
  ];
}
