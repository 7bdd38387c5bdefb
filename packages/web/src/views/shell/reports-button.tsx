import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePage } from '../use-page.ts';

/** The count is asked for this long after a room was opened: its messages go first. */
const ASK_AFTER_MS = 100;

/** For moderators, beside the topic: the number of open reports. Opens them. */
export function ReportsButton({ roomId }: { roomId: number }) {
  const { client, clientState, view, delay } = usePage();
  const count = useSignal(0);
  const version = clientState.reportsVersion();
  useEffect(() => {
    const ask = () =>
      client.api.reports(roomId).then(
        ({ reports }) => {
          count.value = reports.length;
        },
        // Not reported here: the panel shows the same failure.
        () => undefined,
      );
    return delay(() => void ask(), ASK_AFTER_MS);
  }, [roomId, version]);
  if (count.value === 0) return null;
  const open = () => {
    view.dialog.value = { name: 'reports', roomId };
  };
  return (
    <button type="button" class="word reports-button" onClick={open}>
      {count.value === 1 ? '1 report' : `${count.value} reports`}
    </button>
  );
}
