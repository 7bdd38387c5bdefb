import type { SlashCommand } from '../commands/command.ts';
import { COMMANDS } from '../commands/commands.ts';
import { keyHelp } from '../keymap.ts';
import { orPrint } from '../local-lines.ts';
import { signOut } from '../submit.ts';
import { Panel } from './panel.tsx';
import { usePage } from './use-page.ts';

/** All keys and commands, from the tables that the page obeys. */
export function HelpPanel({ close }: { close: () => void }) {
  const page = usePage();
  const leave = () => void orPrint(page, 'Not signed out', signOut(page));
  return (
    <Panel title="help" close={close} width="wide">
      <section class="help-keys">
        <h3>keys</h3>
        <table class="help-table">
          <tbody>
            {keyHelp(page.isMac).map(({ keys, does }) => (
              <HelpRow key={keys} name={keys} does={does} />
            ))}
          </tbody>
        </table>
      </section>
      <h3>commands</h3>
      <table class="help-table">
        <tbody>
          {COMMANDS.map((command) => (
            <HelpRow
              key={command.name}
              name={`/${command.name} ${command.takes}`}
              does={aboutCommand(command)}
            />
          ))}
          <HelpRow name="//text" does="sends /text" />
        </tbody>
      </table>
      <button type="button" class="primary" onClick={leave}>
        sign out
      </button>
    </Panel>
  );
}

function HelpRow({ name, does }: { name: string; does: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{does}</td>
    </tr>
  );
}

function aboutCommand({ does, aliases }: SlashCommand): string {
  return aliases.length === 0 ? does : `${does} (also /${aliases.join(', /')})`;
}
