/** Secrets that the server generates and keeps in the data folder. */
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';

const SECRET_BYTES = 48;
/** Only the account that runs the server may read the file. */
const MODE = 0o600;

/**
 * Reads a secret from a file. If the file is missing, generates one (base64url of 48 random bytes) and writes it.
 * @throws Error when the file is empty, or cannot be read or written.
 */
export async function readOrCreateSecret(path: string): Promise<string> {
  try {
    return await createSecretFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret === '')
    throw new Error(`${path} is empty: delete it and start again. Everyone will have to sign in again`);
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
