import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import configuration from '../.dependency-cruiser.mjs';
import { checkLayers } from './layers.mjs';
import { root } from './project.mjs';

// A rule that never fires looks exactly like a rule that is kept. So each is shown a file that breaks it.

/** @type {[from: string, imported: string, rule: string][]} the last is '' where the import is fine */
const imports = [
  ['server/contract/a.ts', '../mail/target.ts', 'layer-contract'],
  ['server/contract/b.ts', '../events.ts', 'layer-contract'],
  ['server/contract/c.ts', 'node:fs', 'contract-packages'],
  ['server/contract/d.ts', 'commander', 'contract-packages'],
  ['server/contract/e.ts', 'zod', ''],
  ['server/contract/f.ts', '@orpc/contract', ''],
  ['server/contract/g.ts', './target.ts', ''],
  ['server/contract/h.test.ts', 'node:fs', ''],
  ['server/mail/a.ts', '../store/target.ts', 'layer-mail'],
  ['server/mail/b.ts', '../settings/target.ts', 'layer-mail'],
  ['server/mail/c.ts', '../contract/target.ts', ''],
  ['server/mail/d.ts', '../events.ts', ''],
  ['server/events.ts', './store/target.ts', 'layer-events'],
  ['server/settings/a.ts', '../store/target.ts', 'layer-settings'],
  ['server/settings/b.ts', '../mail/target.ts', ''],
  ['server/store/a.ts', '../receive/target.ts', 'layer-store'],
  ['server/store/b.ts', '../settings/target.ts', 'layer-store'],
  ['server/store/c.ts', '../mail/target.ts', ''],
  ['server/store/d.ts', '../unheard-of.ts', 'layer-store'],
  ['server/receive/a.ts', '../delivery/target.ts', 'layer-receive'],
  ['server/receive/b.ts', '../settings/target.ts', 'layer-receive'],
  ['server/receive/c.ts', '../engine.ts', 'layer-receive'],
  ['server/receive/d.ts', '../store/target.ts', ''],
  ['server/delivery/a.ts', '../receive/target.ts', 'layer-delivery'],
  ['server/delivery/b.ts', '../settings/target.ts', 'layer-delivery'],
  ['server/delivery/c.ts', '../store/target.ts', ''],
  ['server/delivery/e.ts', '../network/target.ts', ''],
  ['server/delivery/d.test.ts', '../receive/target.ts', ''],
  ['server/network/a.ts', '../store/target.ts', 'layer-network'],
  ['server/network/b.ts', '../mail/target.ts', ''],
  ['server/sign-in/a.ts', '../settings/target.ts', 'layer-signIn'],
  ['server/sign-in/b.ts', '../network/target.ts', ''],
  ['server/pickup/a.ts', '../delivery/target.ts', 'layer-pickup'],
  ['server/pickup/b.ts', '../diagnose/target.ts', 'layer-pickup'],
  ['server/diagnose/a.ts', '../delivery/target.ts', 'layer-diagnose'],
  ['server/diagnose/b.ts', '../pickup/target.ts', 'layer-diagnose'],
  ['server/accounts.ts', './settings/target.ts', 'layer-accounts'],
  ['server/accounts.ts', './store/target.ts', ''],
  ['server/machine.ts', './store/target.ts', 'layer-machine'],
  ['server/engine/c.ts', '../machine.ts', ''],
  ['server/engine.ts', './web/target.ts', 'layer-engine'],
  ['server/engine/a.ts', '../settings/target.ts', ''],
  ['server/engine/b.ts', '../api.ts', 'layer-engine'],
  ['server/api.ts', './cli/target.ts', 'layer-api'],
  ['server/api/a.ts', '../engine.ts', ''],
  ['server/web/a.ts', '../cli/target.ts', 'layer-web'],
  ['server/web/b.ts', '../api.ts', ''],
  ['server/host/a.ts', '../cli/target.ts', 'layer-host'],
  ['server/host/b.ts', '../web/target.ts', ''],
  ['electron/host.ts', '../server/cli/target.ts', 'layer-electron'],
  ['electron/host2.ts', '../server/host/target.ts', ''],
  ['server/cli/a.ts', '../unheard-of.ts', 'layer-cli'],
  ['server/cli/b.ts', '../web/target.ts', ''],
  ['server/testing/a.ts', '../store/target.ts', 'layer-testing'],
  ['server/testing/b.ts', '../mail/target.ts', ''],

  ['server/receive/session.ts', 'smtp-server', 'door-smtp-server'],
  ['server/receive/listener.ts', 'smtp-server', ''],
  ['server/receive/types.ts', 'type smtp-server', ''],
  ['server/engine/types.ts', 'type smtp-server', 'door-smtp-server-types'],
  ['server/testing/sink.ts', 'smtp-server', ''],
  ['server/delivery/deliver.ts', 'nodemailer', 'door-nodemailer'],
  ['server/delivery/deliver2.ts', 'nodemailer/lib/smtp-connection', 'door-nodemailer'],
  ['server/delivery/client.ts', 'nodemailer/lib/smtp-connection', ''],
  ['server/delivery/report.ts', 'nodemailer/lib/mime-node', ''],
  ['server/delivery/plan.ts', 'node:dns', 'door-dns'],
  ['server/engine/name.ts', 'node:dns/promises', 'door-dns'],
  ['server/settings/name.ts', 'dns', 'door-dns'],
  ['server/delivery/mx.ts', 'node:dns/promises', ''],
  ['server/testing/dns.ts', 'node:dns', ''],
  ['server/store/queue.ts', 'node:sqlite', 'door-sqlite'],
  ['server/store/database.ts', 'node:sqlite', ''],
  ['server/store/bodies.ts', 'kysely', ''],
  ['server/api/query.ts', 'kysely', 'door-kysely'],
  ['server/settings/service.ts', 'conf', 'door-conf'],
  ['server/settings/store.ts', 'conf', ''],
  ['electron/main.ts', 'electron-store', 'door-electron-store'],
  ['electron/store.ts', 'electron-store', ''],

  ['server/api/peer.ts', '../testing/target.ts', 'no-test-in-production'],
  ['server/store/e.test.ts', '../testing/target.ts', ''],
  ['bench/main.ts', '../server/testing/target.ts', ''],
  ['bench/other.ts', '../server/store/target.test.ts', 'no-import-of-tests'],

  ['e2e/d.ts', '../server/engine.ts', 'e2e-looks-from-outside'],
  ['e2e/e.ts', '../renderer/target.ts', 'e2e-looks-from-outside'],
  ['e2e/f.ts', '../server/testing/target.ts', ''],
  ['e2e/g.ts', '../server/contract/target.ts', ''],
  ['renderer/a.ts', '../server/mail/target.ts', 'renderer-knows-the-contract'],
  ['renderer/b.test.ts', '../server/api.ts', 'renderer-knows-the-contract'],
  ['renderer/c.ts', '../server/contract/target.ts', ''],
  ['server/web/c.ts', 'electron', 'electron-package'],
  ['server/web/d.test.ts', 'electron', 'electron-package'],
  ['electron/window.ts', 'electron', ''],
  ['electron/tray.ts', '../server/api.ts', ''],
  ['server/web/e.ts', '../../electron/window.ts', 'electron-shell'],
  ['server/web/f.ts', '../../bench/main.ts', 'server-stands-alone'],
  ['server/web/g.test.ts', '../../renderer/c.ts', 'server-stands-alone'],

  ['server/pickup/circle-a.ts', './circle-b.ts', 'no-circular'],
  ['server/pickup/circle-b.ts', 'type ./circle-a.ts', ''], // a circle is told of once
];

const base = mkdtempSync(join(tmpdir(), 'waypost-layers-'));
/** @type {Awaited<ReturnType<typeof checkLayers>>} */
let result;

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text, { flag: 'a' });
}

/** @param {string} what an import, perhaps of a part of a package, which may lie in any folder of it */
function packageOf(what) {
  const depth = what.startsWith('@') ? 2 : 1;
  return what.split('/').slice(0, depth).join('/');
}

beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(base, 'node_modules'), 'junction');
  for (const [from, imported] of imports) {
    const [what, type = ''] = imported.split(' ').reverse();
    const name = `from${Math.random().toString(36).slice(2)}`;
    write(from, `import ${type} * as ${name} from '${what}';\nexport { ${type} ${name} };\n`);
    if (what?.startsWith('.')) write(join(dirname(from), what), '');
  }
  write(
    'server/receive/both.ts',
    "import type { SMTPServer } from 'smtp-server';\nexport type S = SMTPServer;\n",
  );
  write('server/receive/both.ts', "import { SMTPServer as Real } from 'smtp-server';\nexport { Real };\n");
  result = await checkLayers(base);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('who may import whom', () => {
  test('the files were looked at', () => {
    expect(result.modules).toBeGreaterThan(50);
  });

  test.each(imports)('%s imports %s: %s', (from, imported, rule) => {
    const what = imported.replace('type ', '').replace('node:', '');
    const isOwn = what.startsWith('.');
    const target = isOwn ? join(dirname(from), what).replaceAll('\\', '/') : packageOf(what);
    const broken = result.violations.filter((violation) => {
      return violation.from === from && (isOwn ? violation.to === target : violation.to.includes(target));
    });
    expect([...new Set(broken.map((violation) => violation.rule))]).toEqual(rule ? [rule] : []);
  });

  test('a type beside a real import does not hide it', () => {
    const rules = result.violations
      .filter(({ from }) => from === 'server/receive/both.ts')
      .map(({ rule }) => rule);
    expect(rules).toEqual(['door-smtp-server']);
  });

  test('every rule was broken once', () => {
    const broken = new Set(result.violations.map(({ rule }) => rule));
    expect(
      configuration.forbidden?.map(({ name }) => name).filter((name) => name && !broken.has(name)),
    ).toEqual([]);
  });
});
