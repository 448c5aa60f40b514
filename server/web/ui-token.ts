/** The secret in the address of the settings window: made once per data folder, and kept. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The token in the file `ui-token` of the data folder, 256 random bits in base64url; made when there is none
 * or when the file holds something else. Whoever removes the file locks all browsers out.
 * Rejects with what the system said.
 */
export async function uiToken(folder: string): Promise<string> {
  const path = join(folder, 'ui-token');
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  if (TOKEN.test(found.trim())) {
    // A copy of the folder may have lost it.
    await chmod(path, 0o600);
    return found.trim();
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const beside = `${path}.new`;
  await writeFile(beside, `${token}\n`, { mode: 0o600 });
  await rename(beside, path);
  return token;
}
