type SignFieldProps = {
  name: 'username' | 'password' | 'invite';
  label: string;
  autocomplete: 'username' | 'current-password' | 'new-password' | 'off';
  /** The initial text; empty by default. */
  initial?: string;
  /** Shown until there is a problem; null for none. */
  rule: string | null;
  problem: string | undefined;
};

/** One field of the sign-in form, with its rule or its problem. */
export function SignField({ name, label, autocomplete, initial = '', rule, problem }: SignFieldProps) {
  const ruleId = `${name}-rule`;
  const problemId = `${name}-problem`;
  const describedBy = problem !== undefined ? problemId : rule !== null ? ruleId : undefined;
  const attributes = {
    id: name,
    name,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
    'aria-invalid': problem !== undefined,
    'aria-describedby': describedBy,
  } as const;
  return (
    <div class="sign-field">
      <label for={name}>{label}</label>
      {name === 'password' ? (
        <input type="password" {...attributes} />
      ) : (
        <input type="text" defaultValue={initial} {...attributes} />
      )}
      {rule !== null && problem === undefined && (
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
