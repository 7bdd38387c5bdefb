/** Secrets that the server makes for itself, kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';

const SECRET_BYTES = 48;
/** For nobody but the account that runs the server. */
const MODE = 0o600;

/** Reads the secret in a file, or makes one there (as base64url) if there is no such file. */
export async function readOrCreateSecret(path: string): Promise<string> {
  try {
    return await createSecretFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret === '')
    throw new Error(`${path} is empty: delete it and start again; people will have to sign in again`);
  return secret;
}

async function createSecretFile(path: string): Promise<string> {
  const file = await open(path, 'wx', MODE);
  try {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    await file.writeFile(`${secret}\n`);
    await file.sync();
    return secret;
  } finally {
    await file.close();
  }
}
