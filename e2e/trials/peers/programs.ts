/**
 * Gets the programs of strangers. Postfix, swaks and the libraries are installed. Exim can't be beside Postfix as a
 * package, so its files are unpacked into a folder of this run and used from there.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, run } from './command.ts';

/** The trials can't be run on this machine; the message says why. */
export class NotHere extends Error {}

const PACKAGES = [
  'postfix',
  'swaks',
  'sasl2-bin',
  'libsasl2-modules',
  'libsasl2-modules-db',
  'libnet-ssleay-perl',
  'libauthen-sasl-perl',
  'python3',
  'fetchmail',
  'mpop',
  // What Exim is linked with.
  'libdb5.3',
  'libgnutls-dane0',
  'libidn12',
  'libnsl2',
  'libpcre2-8-0',
];

export interface Programs {
  readonly exim: string;
  readonly python: string;
  /** Name and version of each. */
  readonly versions: readonly string[];
}

/** Installs what is missing and unpacks Exim below `folder`. Throws `NotHere`. */
export async function getPrograms(folder: string): Promise<Programs> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new NotHere(
      'The trials with other mail programs need Debian or a relative, and root, to install them.',
    );
  if ((await run('unshare', ['--mount', 'true'])).code !== 0)
    throw new NotHere(
      'Exim needs a user of its own, and this machine does not allow to give it one (unshare --mount).',
    );
  await install();
  const exim = await unpackExim(folder);
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
  return { exim, python, versions: await versions(exim, python) };
}

async function install(): Promise<void> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own language
  const listed = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...PACKAGES]);
  const there = new Set(listed.stdout.toString().split('\n'));
  const missing = PACKAGES.filter((name) => !there.has(`${name} installed`));
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = {
    env,
    timeoutMs: 280_000,
    input: 'postfix postfix/main_mailer_type select No configuration\n',
  };
  await run('debconf-set-selections', [], options);
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
  ]) {
    const { code, stderr } = await run('apt-get', args, options);
    if (code !== 0)
      throw new NotHere(`apt-get ${args[0]} failed, and ${missing.join(', ')} are needed: ${stderr.trim()}`);
  }
}

/** The path of Exim's program. */
async function unpackExim(folder: string): Promise<string> {
  const place = join(folder, 'exim-files');
  await mkdir(place);
  const fetched = await run('sh', ['-c', 'cd "$0" && apt-get download exim4-daemon-light', place]);
  const file = (await readdir(place)).find((name) => name.endsWith('.deb'));
  if (fetched.code !== 0 || file === undefined)
    throw new NotHere(`apt-get can't fetch Exim (exim4-daemon-light): ${fetched.stderr.trim()}`);
  await mustRun('dpkg', ['-x', join(place, file), place]);
  return join(place, 'usr/sbin/exim4');
}

async function versions(exim: string, python: string): Promise<string[]> {
  const first = async (program: string, args: string[]) =>
    (await run(program, args)).stdout.toString().split('\n')[0]?.trim() ?? '';
  const os = /^PRETTY_NAME="(.*)"/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? '';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own language
  const postfix = await run('dpkg-query', ['-W', '-f', '${Version}', 'postfix']);
  return [
    `Postfix ${postfix.stdout.toString()}`,
    `Exim ${/_(.*)_/.exec((await readdir(join(exim, '../../..'))).find((name) => name.endsWith('.deb')) ?? '')?.[1] ?? ''}`,
    await first('swaks', ['--version']),
    await first(python, ['--version']),
    (await first('fetchmail', ['--version'])).replace(/.*release ([\d.]+).*/, 'fetchmail $1'),
    await first('mpop', ['--version']),
    os,
  ];
}
