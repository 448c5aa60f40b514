import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arch } from 'electron-builder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beforePack } from './before-pack.mjs';
import { signing } from './package.mjs';

const ADHOC = [
  '--config.mac.identity=-',
  '--config.mac.hardenedRuntime=false',
  '--config.mac.notarize=false',
];

test.each(
  /** @type {const} */ ([
    ['linux', {}, []],
    ['win32', {}, []],
    ['darwin', {}, ADHOC],
    ['darwin', { CSC_LINK: '', CSC_NAME: '' }, ADHOC],
    ['darwin', { CSC_LINK: 'base64' }, []],
    ['darwin', { CSC_NAME: 'Anna' }, []],
  ]),
)('on %s with %o', (platform, environment, args) => {
  expect(signing(platform, environment).args).toEqual(args);
});

test('a secret that is not set is not there, and all else is', () => {
  const { env } = signing('win32', {
    CSC_LINK: '',
    WIN_CSC_LINK: '',
    APPLE_ID: '',
    CSC_NAME: 'Anna',
    PATH: '',
  });
  expect(env).toEqual({ CSC_NAME: 'Anna', PATH: '' });
});

test('a pull request is signed like everything else, where no certificate is needed', () => {
  expect(signing('darwin', {}).env).toEqual({ CSC_FOR_PULL_REQUEST: 'true' });
  expect(signing('darwin', { CSC_NAME: 'Anna' }).env).toEqual({ CSC_NAME: 'Anna' });
});

let modules = '';
beforeEach(() => {
  modules = mkdtempSync(join(tmpdir(), 'waypost-modules-'));
});
afterEach(() => rmSync(modules, { recursive: true }));

test('native code that is there is packed', () => {
  mkdirSync(join(modules, '@node-rs', 'argon2-darwin-arm64'), { recursive: true });
  expect(() => beforePack({ electronPlatformName: 'darwin', arch: Arch.arm64 }, modules)).not.toThrow();
});

test('a package without its native code is refused, with what to do', () => {
  mkdirSync(join(modules, '@node-rs', 'argon2-darwin-arm64'), { recursive: true });
  expect(() => beforePack({ electronPlatformName: 'darwin', arch: Arch.x64 }, modules)).toThrow(
    'A package for darwin-x64 is made on such a machine: @node-rs/argon2-darwin-x64 is not installed',
  );
});

test('nobody packs for a system that Waypost does not run on', () => {
  expect(() => beforePack({ electronPlatformName: 'linux', arch: Arch.ia32 }, modules)).toThrow(
    'Waypost is not packaged for linux-ia32.',
  );
});

test('this machine has its own native code', () => {
  const arch = process.arch === 'arm64' ? Arch.arm64 : Arch.x64;
  expect(() => beforePack({ electronPlatformName: process.platform, arch })).not.toThrow();
});
