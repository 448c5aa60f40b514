/**
 * Turns a patch from outside into settings or into a list of issues, one sentence each. Pure: the form
 * calls it at every keystroke, the engine before it touches anything.
 */
import { canonicalAddress } from './fields.ts';
import { nest, SETTING_PATHS, type SettingPath, type Settings, settingSpec, valueAt } from './settings.ts';

/** What is wrong with one setting. `path` is '' when the input as a whole is wrong. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** The outcome of `mergeSettings`. */
export type Merged =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Lays `patch` over `current` and checks every value and every rule across fields. Absent values stay;
 * a null secret means "keep it", so what `settings show` prints can be applied again. A path may stand for
 * nested objects: `{ 'log.maxMB': 50 }` is `{ log: { maxMB: 50 } }`.
 */
export function mergeSettings(current: Settings, patch: unknown): Merged {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return { ok: false, issues: [{ path: '', message: 'Settings must be one JSON object.' }] };
  }
  const issues: Issue[] = [];
  const given = new Map(flatten(patch, '', issues));
  const values: Record<string, unknown> = {};
  for (const path of SETTING_PATHS) {
    const spec = settingSpec(path);
    const input = given.get(path);
    if (input === undefined || (spec.secret && input === null)) {
      values[path] = valueAt(current, path);
      continue;
    }
    const result = spec.schema.safeParse(input);
    if (result.success) values[path] = result.data;
    else issues.push({ path, message: result.error.issues[0]?.message ?? 'This value is not valid.' });
  }
  if (issues.length > 0) return { ok: false, issues };
  const settings = nest(values) as Settings;
  const clashes = crossFieldIssues(settings);
  return clashes.length > 0 ? { ok: false, issues: clashes } : { ok: true, settings };
}

/** The paths at which two settings differ, in the order of the table. */
export function changedPaths(before: Settings, after: Settings): SettingPath[] {
  return SETTING_PATHS.filter((path) => !equal(valueAt(before, path), valueAt(after, path)));
}

/** The rules that look at more than one field. */
function crossFieldIssues(settings: Settings): Issue[] {
  const { smartHost, incoming, tls, delivery } = settings;
  const issues: Issue[] = [];
  const issue = (path: SettingPath, message: string) => issues.push({ path, message });

  if (smartHost.enabled && smartHost.host === '') {
    issue('smartHost.host', 'Enter the name or IP address of the SmartHost, or switch SmartHost off.');
  }
  if (smartHost.enabled && smartHost.authenticate && smartHost.account === '') {
    issue('smartHost.account', 'Enter the Account Name for the SmartHost, or switch Authenticate off.');
  }
  const clash = listenerClash(incoming.primary, incoming.secondary);
  if (clash) issue('incoming.secondary.port', clash);
  for (const [path, message] of pickupClashes(settings)) issue(path, message);
  if ((tls.certFile === '') !== (tls.keyFile === '')) {
    const missing = tls.certFile === '' ? 'tls.certFile' : 'tls.keyFile';
    issue(missing, 'A certificate needs both files: the certificate and its private key.');
  }
  if (delivery.delayNoticeHours >= delivery.lifetimeHours) {
    issue('delivery.delayNoticeHours', 'The delay notice must come before the message is given up.');
  }
  return issues;
}

/** True when the secondary listener is left out: same port as the primary and no address on either. */
export function onlyPrimaryApplies(incoming: Settings['incoming']): boolean {
  const { primary, secondary } = incoming;
  return primary.port === secondary.port && primary.address === '' && secondary.address === '';
}

/** A port for picking up mail that another listener has already: there can be one on each. */
function pickupClashes({ incoming, pickup }: Settings): [SettingPath, string][] {
  const { port, tlsPort, address } = pickup.pop3;
  const pop3 = { port, address };
  const pop3s = { port: tlsPort, address };
  const taken = (one: Endpoint, name: string, others: readonly (readonly [string, Endpoint])[]) => {
    const [found] = others.find(([, other]) => one.port !== 0 && overlaps(one, other)) ?? [];
    return found && `${name} and ${found} can’t share port ${one.port}. Choose another for one of them.`;
  };
  const mail = [
    ['Primary', incoming.primary],
    ['Secondary', incoming.secondary],
  ] as const;
  const first = taken(pop3, 'POP3', mail);
  const second = taken(pop3s, 'POP3 over TLS', [...mail, ['POP3', pop3]]);
  return [
    ...(first ? [['pickup.pop3.port', first] as [SettingPath, string]] : []),
    ...(second ? [['pickup.pop3.tlsPort', second] as [SettingPath, string]] : []),
  ];
}

interface Endpoint {
  readonly port: number;
  readonly address: string;
}

/** True when two listeners would take the same socket from each other. */
function overlaps(one: Endpoint, two: Endpoint): boolean {
  const [a, b] = [canonicalAddress(one.address), canonicalAddress(two.address)];
  return one.port === two.port && (a === b || covers(a, b) || covers(b, a));
}

type Listener = Settings['incoming']['primary'];

function listenerClash(primary: Listener, secondary: Listener): string | undefined {
  if (primary.port !== secondary.port) return undefined;
  const [one, two] = [canonicalAddress(primary.address), canonicalAddress(secondary.address)];
  if (one === '' && two === '') return undefined;
  if (one === two) {
    return `Primary and Secondary both use port ${primary.port} on ${one}. Choose another port or address for one of them.`;
  }
  if (!covers(one, two) && !covers(two, one)) return undefined;
  const [wide, narrow] = covers(one, two) ? ['Primary', two] : ['Secondary', one];
  return `${wide} already listens on port ${primary.port} for every address, ${narrow} included. Choose another port, or an address for ${wide}.`;
}

/** True when listening on `wide` takes the port away from `narrow`, another address, too. */
function covers(wide: string, narrow: string): boolean {
  if (wide === '') return true;
  if (narrow === '') return false;
  return wide === '::' || (wide === '0.0.0.0' && !narrow.includes(':'));
}

/** Every leaf of the patch with its path; what the table does not know becomes an issue. */
function flatten(value: object, prefix: string, issues: Issue[]): [SettingPath, unknown][] {
  return Object.entries(value).flatMap(([key, child]): [SettingPath, unknown][] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if ((SETTING_PATHS as string[]).includes(path)) return [[path as SettingPath, child]];
    const isGroup = SETTING_PATHS.some((known) => known.startsWith(`${path}.`));
    if (isGroup && typeof child === 'object' && child !== null && !Array.isArray(child)) {
      return flatten(child, path, issues);
    }
    const message = isGroup
      ? `"${path}" is a group of settings and must be an object.`
      : unknownSetting(path);
    issues.push({ path, message });
    return [];
  });
}

function unknownSetting(path: string): string {
  return `There is no setting "${path}". "waypost settings show" lists them all.`;
}

function equal(one: unknown, two: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(two)) return one === two;
  return one.length === two.length && one.every((item, index) => item === two[index]);
}
