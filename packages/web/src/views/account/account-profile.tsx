import { Field, Form, textOf } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** How one presents oneself, and the address to be reached at. */
export function AccountProfile() {
  const { client } = usePage();
  const profile = useLoaded(client.api.me);
  if (profile.value === null) return <PanelNote isWrong>{profile.problem.value}</PanelNote>;
  const { displayName, about, timeZone, email } = profile.value;
  const saveProfile = async (values: FormData) => {
    await client.api.updateMe({
      displayName: textOf(values, 'displayName') || null,
      about: textOf(values, 'about') || null,
      timeZone: textOf(values, 'timeZone') || null,
    });
    return 'Saved.';
  };
  const saveEmail = async (values: FormData) => {
    const typed = textOf(values, 'email');
    await client.api.changeEmail({ password: String(values.get('password')), email: typed || null });
    return typed === '' ? 'The address was taken away.' : 'Saved.';
  };
  return (
    <>
      <Form label="Profile" action="save" submit={saveProfile}>
        {(problemOf) => (
          <>
            <Field
              name="displayName"
              label="name"
              value={displayName}
              rule="Shown beside your username, never in its place."
              problem={problemOf('displayName')}
              isFirst
            />
            <Field name="about" label="about" value={about} problem={problemOf('about')} />
            <Field
              name="timeZone"
              label="time zone"
              value={timeZone}
              rule={`As in ${Intl.DateTimeFormat().resolvedOptions().timeZone}; the others see what time it is for you.`}
              problem={problemOf('timeZone')}
            />
          </>
        )}
      </Form>
      <Form label="Email" action="change" submit={saveEmail}>
        {(problemOf) => (
          <>
            <Field
              name="email"
              label="email"
              value={email}
              autocomplete="email"
              problem={problemOf('email')}
            />
            <Field
              name="password"
              label="password"
              type="password"
              autocomplete="current-password"
              rule="Your password, for the address."
              problem={problemOf('password')}
            />
          </>
        )}
      </Form>
    </>
  );
}
