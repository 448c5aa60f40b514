import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Packager } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './project.mjs';

// What electron-builder.yml and the workflow say. What comes of it is in packed.test.mjs.

const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
const config = parse(text);
const metadata = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @param {string} path */
const isThere = (path) => existsSync(join(root, path));

/**
 * Lets electron-builder itself read and check a file, by the schema that it comes with.
 * @param {string} folder the folder of the file and of a package.json
 */
async function validated(folder) {
  const packager = new Packager({ projectDir: folder });
  await packager.validateConfig();
  return packager.config;
}

describe('the file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'waypost-config-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify(metadata));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is what electron-builder understands', async () => {
    const { appId, productName, directories } = await validated(root);
    expect({ appId, productName, directories }).toEqual({
      appId: 'org.waypost.desktop',
      productName: 'Waypost',
      directories: { output: 'dist', buildResources: 'electron/packaging' },
    });
  });

  test.each([
    ['oneClick: false', 'oneClik: false', /configuration\.nsis should be/],
    ['runAsNode: false', 'runAsNod: false', /configuration\.electronFuses should be/],
    ['electronFuses:', 'electronFuse:', /unknown property 'electronFuse'/],
    ['hardenedRuntime: true', 'hardenedRuntime: perhaps', /hardenedRuntime should be/],
  ])('with a slip in %s is refused', async (right, wrong, message) => {
    expect(text).toContain(right);
    writeFileSync(join(folder, 'electron-builder.yml'), text.replace(right, wrong));
    await expect(validated(folder)).rejects.toThrow(message);
  });

  test('names files that are there', () => {
    const { win, mac, linux, nsis, deb, beforePack } = config;
    const icons = [win.icon, mac.icon, linux.icon];
    const made = [nsis.include, mac.entitlements, mac.entitlementsInherit, deb.afterInstall, deb.afterRemove];
    const added = deb.fpm.map((/** @type {string} */ mapping) => mapping.split('=')[0]);
    expect([...icons, ...made, ...added, beforePack].filter((path) => !isThere(path))).toEqual([]);
    expect(icons.map((path) => path.split('.').at(-1))).toEqual(['ico', 'icns', 'electron/images/icons']);
    expect(readdirSync(join(root, linux.icon)).filter((name) => !/^\d+x\d+\.png$/.test(name))).toEqual([]);
  });
});

test('all names are those of package.json and of the app', () => {
  expect(config.productName).toBe(metadata.productName);
  expect(metadata.desktopName).toBe(`${config.deb.packageName}.desktop`);
  expect(config.linux.desktop.entry.StartupWMClass).toBe(config.deb.packageName);
  expect(config.deb.packageName).toBe(metadata.name);
  expect(isThere('electron/main.ts')).toBe(true);
  const main = readFileSync(join(root, 'electron', 'main.ts'), 'utf8');
  expect(main).toContain(`app.setName('${config.productName}')`);
  // Notifications on Windows find the app by it, and so does what the uninstaller removes.
  expect(main).toContain(`app.setAppUserModelId('${config.appId}')`);
});

test('the version has one place', () => {
  const keys = ['buildVersion', 'extraMetadata', 'mac.bundleVersion'];
  expect(keys.filter((key) => key.split('.').reduce((at, name) => at?.[name], config) !== undefined)).toEqual(
    [],
  );
  expect(metadata.version).toMatch(/^\d+\.\d+\.\d+$/);
});

test('only what cannot be bundled is installed with the app', () => {
  expect(Object.keys(metadata.dependencies)).toEqual(['@node-rs/argon2']);
});

test('every fuse is as it has to be', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true,
  });
});

test('a mac lets the app do one thing only', () => {
  const entitlements = readFileSync(join(root, config.mac.entitlements), 'utf8');
  expect([...entitlements.matchAll(/<key>(.+?)<\/key>/g)].map((match) => match[1])).toEqual([
    'com.apple.security.cs.allow-jit',
  ]);
});

test('an uninstalled app leaves mail alone', () => {
  expect(config.nsis.deleteAppDataOnUninstall).toBe(false);
  const own = ['installer.nsh', 'after-install.sh', 'after-remove.sh'];
  const scripts = own
    .map((name) => readFileSync(join(root, 'electron', 'packaging', name), 'utf8'))
    .join('\n');
  expect(scripts).not.toMatch(/APPDATA|HOME|~\/|\brmdir\b|\brm -r/i);
});

describe('the workflow', () => {
  const { on, permissions, jobs } = parse(
    readFileSync(join(root, '.github', 'workflows', 'build.yml'), 'utf8'),
  );
  /** @type {{ name?: string, uses?: string, run?: string, if?: string, env?: Record<string, string> }[]} */
  const steps = jobs.build.steps;
  const every = [...steps, ...jobs.release.steps];

  test('runs for each push, each pull request and each version', () => {
    expect(on).toEqual({ push: { branches: ['**'], tags: ['v*'] }, pull_request: null });
  });

  test('makes each package on a machine of its own', () => {
    const packages = jobs.build.strategy.matrix.include.map((/** @type {any} */ row) => row.package);
    expect(packages).toEqual(['linux-x64', 'linux-arm64', 'win-x64', 'mac-x64', 'mac-arm64']);
  });

  test('tests before it packs, and packs before it uploads', () => {
    const at = ['npm test', 'npm run package', 'actions/upload-artifact'].map((what) =>
      steps.findIndex(({ run, uses }) => (run ?? uses ?? '').includes(what)),
    );
    expect(at.every((index) => index > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    const tests = steps.filter(({ run }) => run?.includes('npm test'));
    expect(tests.map((step) => [step.if, step.run])).toEqual([
      ["runner.os == 'Linux'", 'xvfb-run --auto-servernum npm test'],
      ["runner.os != 'Linux'", 'npm test'],
    ]);
  });

  test('calls what is there', () => {
    const called = every.flatMap(({ run = '' }) =>
      [...run.matchAll(/npm run (\S+)/g)].map((match) => match[1]),
    );
    expect(called).toEqual(['package']);
    expect(called.filter((name = '') => !(name in metadata.scripts))).toEqual([]);
    const files = every.flatMap(({ run = '' }) =>
      [...run.matchAll(/node (\S+\.\w+)/g)].map((match) => match[1]),
    );
    expect(files).toEqual(['scripts/setup.mjs', 'node_modules/electron/install.js']);
    expect(files.filter((path = '') => !isThere(path))).toEqual([]);
  });

  test('may do no more than it has to, and shows secrets to one step only', () => {
    expect([permissions, jobs.build.permissions, jobs.release.permissions]).toEqual([
      { contents: 'read' },
      undefined,
      { contents: 'write' },
    ]);
    expect(jobs.release.if).toBe("github.ref_type == 'tag'");
    const secret = every.filter((step) => JSON.stringify(step).includes('secrets.'));
    expect(secret.map(({ run }) => run)).toEqual(['npm run package']);
    for (const { uses } of every) if (uses) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
  });
});
