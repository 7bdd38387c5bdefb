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

/** The pause between two checks of the server. */
const INFO_EVERY_MS = 10_000;

/** `null` before the first answer, `'down'` when the server can't be reached. */
type Known = ServerInfo | 'down' | null;

const ResetForm = lazy(() => import('./reset-form.tsx').then((module) => module.ResetForm));

type LoginProps = {
  client: Client;
  host: string;
  nowMs: ReadonlySignal<number>;
  invitation: OpenInvitation;
};

/** The signed-out page: signs in, creates an account or resets a password. */
export function Login({ client, host, nowMs, invitation }: LoginProps) {
  const known = useServerInfo();
  const invited = invitation.preview.value;
  const wantsAccount = useWantsAccount(invited);
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
        {resetToken.value !== null && (
          <ResetForm client={client} token={resetToken.value} done={leaveReset} failed={leaveReset} />
        )}
        {/* Wait for the server's answer: a form that changes while a person types is worse than a short delay. */}
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

/** Starts with the form for a new account when the invitation is for one. */
function useWantsAccount(invited: Preview): Signal<boolean> {
  const wantsAccount = useSignal(false);
  useEffect(() => {
    if (invited !== null && invited !== 'gone' && invited.registers) wantsAccount.value = true;
  }, [invited, wantsAccount]);
  return wantsAccount;
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
        <em>This server is new.</em> The first account becomes the administrator.
      </p>
    );
  }
  if (invited !== null) return <p class="login-lead">{invitationText(invited)}</p>;
  return (
    <p class="login-lead">
      <em>banter.</em> Chat rooms for people who live in a terminal.
    </p>
  );
}

const FOOTS: Record<Registration, string> = {
  open: 'New here? All you need is a username and a password.',
  invite: 'New here? You need an invitation to register.',
  closed: 'Registration is closed on this server. Only its administrator can open it.',
};

function invitationText(invited: Exclude<Preview, null>): string {
  if (invited === 'gone') return "This invitation isn't valid, or it has expired. Ask for a new one.";
  const { username, roomName, registers } = invited;
  const target = roomName === undefined ? 'this server' : `#${roomName}`;
  return `${username} invites you to ${target}.${registers ? '' : ' Sign in to accept.'}`;
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
          <span class={isDown ? 'dot hollow' : 'dot'} /> {isDown ? 'server unreachable' : 'server up'}
        </span>
      )}
    </div>
  );
}

function onlineText(info: ServerInfo | null): string {
  if (info === null || info.online === 0) return '';
  return info.online === 1 ? '1 person online' : `${info.online} people online`;
}
