import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { visibleName } from '../../text/format.ts';
import { problemText } from '../../text/problem.ts';
import { Panel } from '../panels/panel.tsx';
import { usePage } from '../use-page.ts';

/** Covers the unchanged page when the session has ended. The same person continues, or signs out. */
export function SessionEnded() {
  const { client, self } = usePage();
  const field = useRef<HTMLInputElement>(null);
  const problem = useSignal('');

  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await client.login({ login: self.username, password: field.current?.value ?? '' });
      client.start();
    } catch (error) {
      problem.value = problemText(error);
      field.current?.select();
    }
  };
  return (
    <Panel title="session ended" close={null}>
      <form class="ended-form" onSubmit={submit}>
        <input type="text" name="username" autocomplete="username" value={self.username} readOnly hidden />
        <label for="ended-password">Session ended. Password for {visibleName(self.username)}:</label>
        <input
          id="ended-password"
          ref={field}
          data-focus
          type="password"
          autocomplete="current-password"
          required
          aria-invalid={problem.value !== ''}
          aria-describedby="ended-problem"
        />
        <p class="field-error" id="ended-problem" role="alert">
          {problem.value}
        </p>
        <div class="sign-actions">
          <button type="submit" class="primary">
            continue
          </button>
          <button type="button" class="word" onClick={() => void client.logout()}>
            sign in as someone else
          </button>
        </div>
      </form>
    </Panel>
  );
}
