import type { SlashCommand } from '../../commands/command.ts';
import { COMMAND_GROUPS } from '../../commands/commands.ts';
import { purposeOf } from '../../commands/purposes.ts';
import { keyHelp } from '../../keys/key-help.ts';
import { printFailure } from '../../page/local-lines.ts';
import { signOut } from '../../page/sign-out.ts';
import { usePage } from '../use-page.ts';
import { Panel } from './panel.tsx';

/** All keys and commands, from their tables. */
export function HelpPanel({ close }: { close: () => void }) {
  const page = usePage();
  const leave = () => void printFailure(page, "Couldn't sign out", signOut(page));
  return (
    <Panel title="help" close={close} width="wide">
      <div class="help">
        <section class="help-keys">
          <h3>keys</h3>
          <table class="help-table keys">
            <tbody>
              {keyHelp(page.isMac).map(({ keys, does }) => (
                <HelpRow key={keys + does} name={keys} does={does} />
              ))}
            </tbody>
          </table>
        </section>
        {COMMAND_GROUPS.map(({ name, commands }) => (
          <CommandTable key={name} name={name} commands={commands} />
        ))}
      </div>
      <button type="button" class="primary" onClick={leave}>
        sign out
      </button>
    </Panel>
  );
}

function CommandTable({ name, commands }: { name: string; commands: readonly SlashCommand[] }) {
  return (
    <section>
      <h3>{name}</h3>
      <table class="help-table">
        <tbody>
          {commands.map((command) => (
            <HelpRow key={command.name} name={`/${command.name} ${command.args}`} does={helpText(command)} />
          ))}
        </tbody>
      </table>
    </section>
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

function helpText(command: SlashCommand): string {
  const { aliases } = command;
  const purpose = purposeOf(command);
  return aliases.length === 0 ? purpose : `${purpose} · /${aliases.join(' /')}`;
}
