type SignFieldProps = {
  name: 'username' | 'password' | 'invite';
  label: string;
  autocomplete: 'username' | 'current-password' | 'new-password' | 'off';
  /** What stands in it at first. */
  initial?: string;
  /** Shown before anything is sent; null where it is known. */
  rule: string | null;
  problem: string | undefined;
};

/** One field of the sign-in form, with its rule or, in the rule's place, what is wrong with it. */
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
