import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePage } from '../use-page.ts';

/** For moderators, beside the topic: the number of open reports. Opens them. */
export function ReportsButton({ roomId }: { roomId: number }) {
  const { client, clientState, view } = usePage();
  const count = useSignal(0);
  const version = clientState.reportsVersion();
  useEffect(() => {
    client.api.reports(roomId).then(
      ({ reports }) => {
        count.value = reports.length;
      },
      // Not reported here: the panel shows the same failure.
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
