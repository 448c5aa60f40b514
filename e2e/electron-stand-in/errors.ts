/** Chromium's names of what can go wrong with a page, and their numbers. */
const CODES: Readonly<Record<string, number>> = {
  ERR_FAILED: -2,
  ERR_ABORTED: -3,
  ERR_BLOCKED_BY_CLIENT: -20,
  ERR_BLOCKED_BY_RESPONSE: -27,
  ERR_CONNECTION_REFUSED: -102,
  ERR_NAME_NOT_RESOLVED: -105,
  ERR_INTERNET_DISCONNECTED: -106,
  ERR_INVALID_URL: -300,
  ERR_UNKNOWN_URL_SCHEME: -302,
};

/** @param name such as `ERR_ABORTED`; one that is not known counts as `ERR_FAILED` */
export function errorCode(name: string): number {
  return CODES[name] ?? -2;
}

/** The error with which `loadURL` rejects. @param url as the app sees it */
export function loadError(name: string, url: string): Error {
  const code = errorCode(name);
  return Object.assign(new Error(`${name} (${code}) loading '${url}'`), { errno: code, code: name, url });
}
