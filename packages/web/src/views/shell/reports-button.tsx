import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePage } from '../use-page.ts';

/** Beside the topic, for those who keep order: how much is reported, and the way there. */
export function ReportsButton({ roomId }: { roomId: number }) {
  const { client, session, view } = usePage();
  const count = useSignal(0);
  const version = session.reportsVersion();
  useEffect(() => {
    client.api.reports(roomId).then(
      ({ reports }) => {
        count.value = reports.length;
      },
      // Whoever wants to know more opens the panel, which tells what is wrong.
      () => undefined,
    );
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
