import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from './project.mjs';

// The scripts of the deb, run by a shell in a folder that stands for the system. Every place they name is moved below
// that folder, and the system's programs are small stand-ins that write down how they were called.

const PACKAGING = join(root, 'electron', 'packaging');
const PORT_FILE = '/usr/lib/sysctl.d/50-waypost.conf';
const PROFILE = '/etc/apparmor.d/waypost-desktop';

/** Stand-ins by name. `$SYSTEM` is the folder, in which `value` holds the sysctl. */
const PROGRAMS = {
  'update-alternatives': '',
  apparmor_parser: '[ "$1" != --skip-kernel-load ] || [ ! -e "$SYSTEM/old-apparmor" ]',
  'aa-enabled': '[ -e "$SYSTEM/apparmor-is-on" ]',
  ischroot: '[ -e "$SYSTEM/is-chroot" ]',
  sysctl: `case "$1" in
    -n) cat "$SYSTEM/value" ;;
    *) echo "\${3#*=}" > "$SYSTEM/value" ;;
  esac`,
  // Reads what systemd-sysctl would, in its order: the last file that names the key wins.
  'systemd-sysctl': `for name in 50-waypost.conf 99-local.conf; do
    for folder in /etc /usr/lib; do
      file="$SYSTEM$folder/sysctl.d/$name"
      [ -e "$file" ] || continue
      sed -n 's/^net.ipv4.ip_unprivileged_port_start *= *//p' "$file" > "$SYSTEM/read"
      [ ! -s "$SYSTEM/read" ] || cp "$SYSTEM/read" "$SYSTEM/value"
      break
    done
  done`,
};

describe.skipIf(process.platform === 'win32')('the deb', () => {
  let system = '';

  /** @param {string} path one of the system's */
  const at = (path) => join(system, path);
  /** @param {string} path @param {string} [content] */
  const put = (path, content = '') => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  const value = () => readFileSync(at('value'), 'utf8').trim();
  const calls = () => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []);

  /**
   * Runs a script as dpkg does.
   * @param {'after-install' | 'after-remove'} name
   * @param {string[]} args
   */
  function run(name, ...args) {
    const script = readFileSync(join(PACKAGING, `${name}.sh`), 'utf8');
    const moved = script.replaceAll(/(?<=[\s"'=])(?=\/(?:opt|etc|usr|lib)\/)/g, system);
    writeFileSync(at('script'), moved);
    rmSync(at('calls'), { force: true });
    const env = { SYSTEM: system, PATH: at('programs') };
    const { status, stderr } = spawnSync('/bin/sh', [at('script'), ...args], { env, encoding: 'utf8' });
    return {
      status,
      stderr: stderr.replaceAll(system, ''),
      calls: calls().map((call) => call.replaceAll(system, '')),
    };
  }

  /** What dpkg itself does before it calls the script. */
  function unpack() {
    put('/opt/Waypost/waypost-desktop');
    put('/opt/Waypost/chrome-sandbox');
    put('/opt/Waypost/resources/apparmor-profile', 'profile');
    mkdirSync(dirname(at(PORT_FILE)), { recursive: true });
    copyFileSync(join(PACKAGING, '50-waypost.conf'), at(PORT_FILE));
  }

  function removeFiles() {
    rmSync(at('/opt/Waypost'), { recursive: true });
    rmSync(at(PORT_FILE));
  }

  beforeEach(() => {
    system = mkdtempSync(join(tmpdir(), 'waypost-deb-'));
    for (const [name, body] of Object.entries(PROGRAMS)) {
      const path = name === 'systemd-sysctl' ? '/lib/systemd/systemd-sysctl' : `/programs/${name}`;
      put(path, `#!/bin/sh\necho "${name} $*" >> "$SYSTEM/calls"\n${body}\n`);
      spawnSync('chmod', ['755', at(path)]);
    }
    for (const name of ['cp', 'rm', 'cat', 'sed', 'chmod']) {
      const real =
        ['/bin', '/usr/bin'].map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? '';
      symlinkSync(real, at(`/programs/${name}`));
    }
    mkdirSync(at('/etc/apparmor.d'), { recursive: true });
    put('value', '1024\n');
    put('apparmor-is-on');
    unpack();
  });
  afterEach(() => rmSync(system, { recursive: true }));

  test('when installed has a command, a sandbox, a profile and port 25', () => {
    const result = run('after-install', 'configure', '');
    expect(result).toEqual({
      status: 0,
      stderr: '',
      calls: [
        'update-alternatives --install /usr/bin/waypost-desktop waypost-desktop /opt/Waypost/waypost-desktop 100',
        'apparmor_parser --skip-kernel-load --skip-cache /opt/Waypost/resources/apparmor-profile',
        'ischroot ',
        'aa-enabled --quiet',
        `apparmor_parser --replace --write-cache --skip-read-cache ${PROFILE}`,
        'ischroot ',
        'systemd-sysctl --prefix=net.ipv4.ip_unprivileged_port_start',
        'sysctl -n net.ipv4.ip_unprivileged_port_start',
      ],
    });
    expect(statSync(at('/opt/Waypost/chrome-sandbox')).mode & 0o7777).toBe(0o4755);
    expect(readFileSync(at(PROFILE), 'utf8')).toBe('profile');
    expect(value()).toBe('25');
  });

  test.each([
    ['configure', '0.1.0'],
    ['abort-upgrade', '0.2.0'],
    ['abort-remove'],
    ['abort-deconfigure', 'in-favour', 'x', '1'],
  ])('does the same again on %s', (...args) => {
    const first = run('after-install', 'configure', '');
    expect(run('after-install', ...args)).toEqual(first);
    expect(value()).toBe('25');
  });

  test.each([['triggered'], []])('does nothing when called with %j', (...args) => {
    expect(run('after-install', ...args)).toEqual({ status: 0, stderr: '', calls: [] });
  });

  test.each([
    ['an empty file in place of ours', '/etc/sysctl.d/50-waypost.conf', ''],
    [
      'a file that is read later',
      '/etc/sysctl.d/99-local.conf',
      'net.ipv4.ip_unprivileged_port_start=1024\n',
    ],
  ])('leaves the last word to an administrator: %s', (_how, path, content) => {
    put(path, content);
    const { status, stderr } = run('after-install', 'configure', '');
    expect(status).toBe(0);
    expect(stderr).toBe(
      "waypost: ports below 1024 are root's for now (net.ipv4.ip_unprivileged_port_start is 1024), so it can't receive mail on port 25.\n",
    );
    expect(value()).toBe('1024');
  });

  test('is quiet where more ports are open than it needs', () => {
    put('/etc/sysctl.d/99-local.conf', 'net.ipv4.ip_unprivileged_port_start=0\n');
    expect(run('after-install', 'configure', '').stderr).toBe('');
    expect(value()).toBe('0');
  });

  test('leaves the running system alone when it is installed into another folder', () => {
    put('is-chroot');
    const { status, calls } = run('after-install', 'configure', '');
    expect(status).toBe(0);
    expect(calls.filter((call) => /--replace|sysctl/.test(call))).toEqual([]);
    expect(existsSync(at(PROFILE))).toBe(true);
    expect(value()).toBe('1024');
  });

  test('brings no profile to an AppArmor that cannot read it', () => {
    put('old-apparmor');
    expect(run('after-install', 'configure', '').status).toBe(0);
    expect(existsSync(at(PROFILE))).toBe(false);
  });

  test('is installed even where nothing of that can be done, and says so', () => {
    for (const name of Object.keys(PROGRAMS)) rmSync(at(`/programs/${name}`), { force: true });
    rmSync(at('/lib'), { recursive: true });
    rmSync(at('/opt/Waypost/chrome-sandbox'));
    const { status, stderr } = run('after-install', 'configure', '');
    expect(status).toBe(0);
    const said = stderr.split('\n').filter((line) => line.startsWith('waypost: '));
    expect(said).toEqual([
      'waypost: the command waypost-desktop could not be added to /usr/bin.',
      "waypost: /opt/Waypost/chrome-sandbox could not be made the sandbox's helper.",
      expect.stringContaining('ip_unprivileged_port_start is unknown'),
    ]);
    removeFiles();
    expect(run('after-remove', 'remove').status).toBe(0);
  });

  test('when removed takes everything back', () => {
    run('after-install', 'configure', '');
    removeFiles();
    const { status, stderr, calls } = run('after-remove', 'remove');
    expect([status, stderr]).toEqual([0, '']);
    expect(calls).toContain(
      'update-alternatives --quiet --remove waypost-desktop /opt/Waypost/waypost-desktop',
    );
    expect(calls).toContain(`apparmor_parser --remove ${PROFILE}`);
    expect(existsSync(at(PROFILE))).toBe(false);
    expect(value()).toBe('1024');
    expect(run('after-remove', 'purge')).toEqual({ status: 0, stderr: '', calls: [] });
  });

  test.each([
    ['25', 'an administrator wants it too'],
    ['80', 'somebody else changed it'],
  ])('when removed leaves ports from %s on open, since %s', (first) => {
    run('after-install', 'configure', '');
    put('/etc/sysctl.d/99-local.conf', `net.ipv4.ip_unprivileged_port_start=${first}\n`);
    put('value', `${first}\n`);
    removeFiles();
    expect(run('after-remove', 'remove').status).toBe(0);
    expect(value()).toBe(first);
  });

  test.each([
    ['upgrade', '0.2.0'],
    ['failed-upgrade', '0.1.0'],
    ['abort-install'],
    ['abort-upgrade', '0.2.0'],
    [],
  ])('takes nothing back on %s', (...args) => {
    run('after-install', 'configure', '');
    expect(run('after-remove', ...args)).toEqual({ status: 0, stderr: '', calls: [] });
    expect(existsSync(at(PROFILE))).toBe(true);
  });
});

test('electron-builder finds no placeholder to fill in these scripts', () => {
  for (const name of ['after-install.sh', 'after-remove.sh']) {
    expect(readFileSync(join(PACKAGING, name), 'utf8')).not.toMatch(/\$\{[a-zA-Z]+\}|<%=/);
  }
});
