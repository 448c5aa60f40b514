import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBuilt, isInstalled, markBuilt, markInstalled, sourceStamp } from './freshness.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'waypost-fresh-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/**
 * @param {string} path
 * @param {unknown} content
 */
function write(path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('packages', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const here = { ...a, optional: true, os: [process.platform] };
  const elsewhere = { ...a, optional: true, os: ['plan9'] };

  /** @param {Record<string, unknown>} packages */
  const lock = (packages) => write('package-lock.json', { packages: { '': {}, ...packages } });
  /** @param {Record<string, unknown>} packages */
  const installed = (packages) => write('node_modules/.package-lock.json', { packages });

  test('a copy without a lock file has nothing to install', () => {
    expect(isInstalled(root)).toBe(true);
  });

  test('without node_modules there is everything to install', () => {
    lock({ a });
    expect(isInstalled(root)).toBe(false);
  });

  test('what a person installed by hand counts', () => {
    lock({ a, elsewhere });
    installed({ a });
    expect(isInstalled(root)).toBe(true);
  });

  test.each([
    ['another version', { a: { ...a, version: '1.0.1' } }],
    ['another content', { a: { ...a, integrity: 'sha512-b' } }],
    ['a package missing', {}],
    ['a package too many', { a, b: a }],
  ])('%s means to install', (_, packages) => {
    lock({ a });
    installed(packages);
    expect(isInstalled(root)).toBe(false);
  });

  test('an optional package for this system counts as missing', () => {
    lock({ a, here });
    installed({ a });
    expect(isInstalled(root)).toBe(false);
  });

  test('what npm ci made is accepted until the lock file or node_modules changes', () => {
    lock({ a, here });
    installed({ a });
    markInstalled(root);
    expect(isInstalled(root)).toBe(true);
    installed({});
    expect(isInstalled(root)).toBe(false);
    installed({ a });
    markInstalled(root);
    lock({ a, here, b: a });
    expect(isInstalled(root)).toBe(false);
  });
});

describe('build', () => {
  const main = 'server/cli/main.ts';

  function build() {
    const stamp = sourceStamp(root);
    write('out/server/waypost.js', 'built');
    write('out/renderer/index.html', 'built');
    write('out/electron/main.js', 'built');
    markBuilt(root, stamp);
  }

  test('a copy without sources has nothing to build', () => {
    expect(isBuilt(root)).toBe(true);
  });

  test('sources are built once', () => {
    write(main, 'a');
    expect(isBuilt(root)).toBe(false);
    build();
    expect(isBuilt(root)).toBe(true);
  });

  /** @type {[string, () => void][]} */
  const changes = [
    ['another content', () => write(main, 'longer')],
    ['an older file', () => utimesSync(join(root, main), 1, 1)],
    ['a new file', () => write('server/new.ts', '')],
    ['a removed file', () => rmSync(join(root, 'server/other.ts'))],
    ['another configuration', () => write('vite.config.ts', '')],
    ['a removed build', () => rmSync(join(root, 'out'), { recursive: true })],
    ['a removed window', () => rmSync(join(root, 'out/renderer'), { recursive: true })],
  ];
  test.each(changes)('%s means to build', (_, change) => {
    write(main, 'a');
    write('server/other.ts', 'b');
    build();
    change();
    expect(isBuilt(root)).toBe(false);
  });

  test('a changed test does not', () => {
    write(main, 'a');
    build();
    write('server/cli/main.test.ts', 'test');
    expect(isBuilt(root)).toBe(true);
  });
});
