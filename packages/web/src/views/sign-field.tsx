type SignFieldProps = {
  name: 'username' | 'password';
  label: string;
  autocomplete: 'username' | 'current-password' | 'new-password';
  /** Shown before anything is sent; null where it is known. */
  rule: string | null;
  problem: string | undefined;
};

/** One field of the sign-in form, with its rule and what is wrong with it. */
export function SignField({ name, label, autocomplete, rule, problem }: SignFieldProps) {
  const ruleId = `${name}-rule`;
  const problemId = `${name}-problem`;
  const described = [rule === null ? '' : ruleId, problem === undefined ? '' : problemId].join(' ').trim();
  const attributes = {
    id: name,
    name,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
    'aria-invalid': problem !== undefined,
    'aria-describedby': described === '' ? undefined : described,
  } as const;
  return (
    <div class="sign-field">
      <label for={name}>{label}</label>
      {name === 'password' ? (
        <input type="password" {...attributes} />
      ) : (
        <input type="text" {...attributes} />
      )}
      {rule !== null && (
        <p class="rule-text" id={ruleId}>
          {rule}
        </p>
      )}
      {problem !== undefined && (
        <p class="field-error" id={problemId} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
