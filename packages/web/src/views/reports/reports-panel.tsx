import type { Report } from '@banter/protocol';
import { withoutOverrides } from '../../text/bidi.ts';
import { agoText, visibleName } from '../../text/format.ts';
import { Panel } from '../panels/panel.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';
import { ReportActs } from './report-acts.tsx';

/** The open reports of a room, for its moderators. Each leads to its message and can be closed. */
export function ReportsPanel({ roomId, close }: { roomId: number; close: () => void }) {
  const { client, view } = usePage();
  const loaded = useLoaded(() => client.api.reports(roomId));
  const list = loaded.value?.reports ?? [];
  const show = (seq: number) => {
    close();
    view.openMessage(roomId, seq);
  };
  return (
    <Panel title="reports" close={close} width="broad">
      <ul class="hits" aria-label="Reports">
        {list.map((report) => (
          <ReportRow
            key={report.id}
            report={report}
            show={() => show(report.seq)}
            change={(task) => void loaded.change(task)}
            settle={() => void loaded.change(client.api.settleReport(roomId, report.id, 'closed'))}
          />
        ))}
      </ul>
      <PanelNote isWrong={loaded.problem.value !== ''}>
        {loaded.problem.value || (loaded.value !== null && list.length === 0 ? 'No open reports.' : '')}
      </PanelNote>
    </Panel>
  );
}

type ReportRowProps = {
  report: Report;
  show: () => void;
  change: (task: Promise<unknown>) => void;
  settle: () => void;
};

function ReportRow({ report, show, change, settle }: ReportRowProps) {
  const { client } = usePage();
  return (
    <li class="report">
      <span>
        <b>{visibleName(report.username)}</b>, {agoText(report.at, client.serverNow())}:{' '}
        <bdi>{withoutOverrides(report.reason)}</bdi>
      </span>
      <span class="hit-context">
        <bdi>{visibleName(report.about.username)}</bdi>{' '}
        <bdi>{withoutOverrides(report.about.content ?? 'message deleted')}</bdi>
      </span>
      <span class="report-acts">
        <button type="button" class="word" onClick={show}>
          go to the message
        </button>
        <ReportActs report={report} change={change} />
        <button
          type="button"
          class="word"
          aria-label={`close the report by ${report.username}`}
          onClick={settle}
        >
          close
        </button>
      </span>
    </li>
  );
}
