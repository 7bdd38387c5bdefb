import type { Client } from '@banter/client';
import type { Registration } from '@banter/protocol';
import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { OpenInvitation, Preview } from '../../page/invitation.ts';
import { clockTime } from '../../text/format.ts';
import { resetTokenIn } from '../../text/link.ts';
import { lazy } from '../lazy.tsx';
import { fetchServerInfo, type ServerInfo } from './server-info.ts';
import { SignForm } from './sign-form.tsx';

/** How often the sign-in page asks whether the server is up. */
const INFO_EVERY_MS = 10_000;

/** `null` while nobody knows, `'down'` when the server cannot be reached. */
type Known = ServerInfo | 'down' | null;

const ResetForm = lazy(() => import('./reset-form.tsx').then((module) => module.ResetForm));

/** Sign in, or make an account. On a server without accounts only the latter makes sense. */
export function Login({
  client,
  host,
  nowMs,
  invitation,
}: {
  client: Client;
  host: string;
  nowMs: ReadonlySignal<number>;
  invitation: OpenInvitation;
}) {
  const known = useServerInfo();
  const wantsAccount = useSignal(false);
  const invited = invitation.preview.value;
  useEffect(() => {
    if (invited !== null && invited !== 'gone' && invited.registers) wantsAccount.value = true;
  }, [invited, wantsAccount]);
  const resetToken = useSignal(resetTokenIn(location));
  const leaveReset = () => {
    history.replaceState(null, '', '/');
    resetToken.value = null;
  };
  const info = known.value === 'down' ? null : known.value;
  return (
    <div class="login">
      <main>
        <div class="login-host">
          <h1>{host}</h1>
          <span class="login-online">{onlineText(info)}</span>
        </div>
        <div class="login-rule" />
        <Lead info={info} invited={invited} />
        {/* Not before it is known which form it is: one that changes under the hand is worse than one that comes later. */}
        {resetToken.value !== null && (
          <ResetForm client={client} token={resetToken.value} done={leaveReset} failed={leaveReset} />
        )}
        {known.value !== null && resetToken.value === null && (
          <SignForm
            client={client}
            info={info}
            wantsAccount={wantsAccount}
            invite={invited === 'gone' ? '' : invitation.code}
            chooseInvite={invitation.choose}
          />
        )}
        {!wantsAccount.value && <Foot info={info} />}
      </main>
      <LoginStatus known={known} nowMs={nowMs} />
    </div>
  );
}

function useServerInfo(): Signal<Known> {
  const known = useSignal<Known>(null);
  useEffect(() => {
    const ask = () =>
      fetchServerInfo().then(
        (info) => {
          known.value = info;
        },
        () => {
          known.value = 'down';
        },
      );
    void ask();
    const timer = setInterval(ask, INFO_EVERY_MS);
    return () => clearInterval(timer);
  }, [known]);
  return known;
}

function Lead({ info, invited }: { info: ServerInfo | null; invited: Preview }) {
  if (info?.firstAccount === true) {
    return (
      <p class="login-lead">
        <em>This server is new.</em> The first account is the administrator's.
      </p>
    );
  }
  if (invited !== null) return <p class="login-lead">{invitationText(invited)}</p>;
  return (
    <p class="login-lead">
      <em>banter.</em> Rooms to talk in, for people who live in a terminal.
    </p>
  );
}

const FOOTS: Record<Registration, string> = {
  open: 'New here? An account is a username and a password.',
  invite: 'New here? An account is made with an invitation.',
  closed: 'Registration is closed on this server.',
};

function invitationText(invited: Exclude<Preview, null>): string {
  if (invited === 'gone') return 'This invitation is no longer good: ask for a new one.';
  const { username, roomName, registers } = invited;
  const whereTo = roomName === undefined ? 'here' : `to #${roomName}`;
  return `${username} invites you ${whereTo}.${registers ? '' : ' Sign in with the account that you have.'}`;
}

function Foot({ info }: { info: ServerInfo | null }) {
  if (info === null || info.firstAccount) return null;
  return <p class="login-foot">{FOOTS[info.registration]}</p>;
}

function LoginStatus({ known, nowMs }: { known: Signal<Known>; nowMs: ReadonlySignal<number> }) {
  void nowMs.value;
  const isDown = known.value === 'down';
  return (
    <div class={isDown ? 'status-bar broken' : 'status-bar'}>
      <span>{clockTime(new Date().toISOString())}</span>
      <span>not signed in</span>
      <span class="gap" />
      {known.value !== null && (
        <span class={isDown ? 'link broken' : 'link'}>
          <span class={isDown ? 'dot hollow' : 'dot'} /> {isDown ? 'server not reachable' : 'server up'}
        </span>
      )}
    </div>
  );
}

function onlineText(info: ServerInfo | null): string {
  if (info === null || info.online === 0) return '';
  return info.online === 1 ? '1 person here now' : `${info.online} people here now`;
}
