import type { OwnProfile } from '@banter/protocol';
import { Field, Form, textOf } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Edits the profile that others see, and the email address. */
export function AccountProfile() {
  const { client } = usePage();
  const profile = useLoaded(client.api.me);
  if (profile.value === null) return <PanelNote isWrong>{profile.problem.value}</PanelNote>;
  return (
    <>
      <ProfileForm profile={profile.value} />
      <EmailForm email={profile.value.email} />
    </>
  );
}

function ProfileForm({ profile }: { profile: OwnProfile }) {
  const { client } = usePage();
  const save = async (values: FormData) => {
    await client.api.updateMe({
      displayName: textOf(values, 'displayName') || null,
      about: textOf(values, 'about') || null,
      timeZone: textOf(values, 'timeZone') || null,
    });
    return 'Saved.';
  };
  const { displayName, about, timeZone } = profile;
  return (
    <Form label="Profile" action="save" submit={save}>
      {(problemOf) => (
        <>
          <Field
            name="displayName"
            label="name"
            value={displayName}
            rule="Shown beside your username."
            problem={problemOf('displayName')}
            isFirst
          />
          <Field name="about" label="about" value={about} problem={problemOf('about')} />
          <Field
            name="timeZone"
            label="time zone"
            value={timeZone}
            rule={`e.g. ${Intl.DateTimeFormat().resolvedOptions().timeZone}. Others see your local time.`}
            problem={problemOf('timeZone')}
          />
        </>
      )}
    </Form>
  );
}

function EmailForm({ email }: { email: string | undefined }) {
  const { client } = usePage();
  const change = async (values: FormData) => {
    const typed = textOf(values, 'email');
    await client.api.changeEmail({ password: String(values.get('password')), email: typed || null });
    return typed === '' ? 'Email removed.' : 'Saved.';
  };
  return (
    <Form label="Email" action="change email" submit={change}>
      {(problemOf) => (
        <>
          <Field name="email" label="email" value={email} autocomplete="email" problem={problemOf('email')} />
          <Field
            name="password"
            label="password"
            type="password"
            autocomplete="current-password"
            rule="Confirm with your password."
            problem={problemOf('password')}
          />
        </>
      )}
    </Form>
  );
}
