// Who may import whom. The house, from the ground up:
//
//   contract ← mail ← store ← {receive, delivery, pickup, diagnose} ← engine ← api ← web ← host ← {cli, electron}
//
// `network` and `settings` stand beside store; `events` may be used by all above contract. Unit tests may reach
// anywhere within the server: they are exempt from all but the last group of rules.

const TEST = '\\.test\\.tsx?$';
const PRODUCTION = { path: '^(server|electron|renderer)/', pathNot: [TEST, '^server/testing/'] };

/**
 * Where each layer's files lie. The engine and the api are single files that may one day be folders.
 * @type {Record<string, string>}
 */
const place = {
  contract: '^server/contract/',
  mail: '^server/mail/',
  events: '^server/events[./]',
  settings: '^server/settings/',
  store: '^server/store/',
  network: '^server/network/',
  signIn: '^server/sign-in/',
  receive: '^server/receive/',
  delivery: '^server/delivery/',
  pickup: '^server/pickup/',
  diagnose: '^server/diagnose/',
  accounts: '^server/accounts[./]',
  machine: '^server/machine[./]',
  engine: '^server/engine[./]',
  api: '^server/api[./]',
  web: '^server/web/',
  host: '^server/host/',
  cli: '^server/cli/',
};

const GROUND = ['contract', 'mail', 'events'];
const PARTS = ['settings', 'store', 'network', 'signIn', 'receive', 'delivery', 'pickup', 'diagnose'];
const BELOW_ENGINE = [...GROUND, ...PARTS, 'accounts', 'machine'];

/** @typedef {import('dependency-cruiser').IForbiddenRuleType} Rule */

/**
 * A layer and all of the server that it may import, besides itself.
 * @param {string} name
 * @param {string[]} below
 * @param {string} comment the reason
 * @returns {Rule}
 */
function layer(name, below, comment) {
  return {
    name: `layer-${name}`,
    severity: 'error',
    comment,
    from: { path: place[name], pathNot: TEST },
    // server/testing has a rule of its own, which says more.
    to: {
      path: '^server/',
      pathNot: [...[name, ...below].map((each) => place[each] ?? ''), '^server/testing/'],
    },
  };
}

/**
 * A pattern for an npm package, found in node_modules or not installed.
 * @param {string} name
 */
function npm(name) {
  return `(^|/)node_modules/${name}/|^${name}(/|$)`;
}

/**
 * A package that only a few files may import, so that it can be replaced, upgraded or faked in one place.
 * @param {string} name of the rule
 * @param {string} what a pattern for the package
 * @param {string[]} doors patterns for the files that may
 * @param {string} comment the reason
 * @param {object} [more] further conditions on the import
 * @returns {Rule}
 */
function door(name, what, doors, comment, more = {}) {
  return {
    name: `door-${name}`,
    severity: 'error',
    comment,
    from: { path: PRODUCTION.path, pathNot: [...PRODUCTION.pathNot, ...doors] },
    to: { path: what, ...more },
  };
}

/** @type {Rule[]} */
const layers = [
  layer('contract', [], 'The contract says what all shells share; the browser loads it too.'),
  {
    name: 'contract-packages',
    severity: 'error',
    comment:
      'The contract runs everywhere, so it imports nothing that a browser lacks: zod and @orpc/contract only.',
    from: { path: place.contract, pathNot: TEST },
    to: { pathNot: ['^(server|renderer|electron)/', npm('zod'), npm('@orpc/contract')] },
  },
  layer('mail', ['contract', 'events'], 'What a message is does not depend on how it is kept or moved.'),
  layer('events', ['contract', 'mail'], 'Everybody publishes here, so it can know nobody.'),
  layer('settings', GROUND, 'Settings are handed down as values; they do not know who reads them.'),
  layer('store', GROUND, 'The store keeps mail; it does not decide about it.'),
  layer('network', GROUND, 'Ports, places and certificates are the same for every protocol.'),
  layer('signIn', [...GROUND, 'store', 'network'], 'One rule for every protocol that asks for a password.'),
  layer(
    'receive',
    [...GROUND, 'store', 'network', 'signIn'],
    'It meets delivery in the store only; settings come as values.',
  ),
  layer(
    'delivery',
    [...GROUND, 'store', 'network'],
    'It meets receive in the store only; settings come as values.',
  ),
  layer(
    'pickup',
    [...GROUND, 'store', 'network', 'signIn'],
    'Picking up mail works without the parts that move it.',
  ),
  layer('diagnose', [...GROUND, 'store'], 'It has no part in what it examines.'),
  layer('accounts', [...GROUND, 'store'], 'Rules around the store, the same whoever asks.'),
  layer('machine', ['contract'], 'What the system says about itself depends on nothing of ours.'),
  layer('engine', BELOW_ENGINE, 'The engine composes the parts; it runs the same under every shell.'),
  layer('api', [...BELOW_ENGINE, 'engine'], 'The same for every transport, so it knows none.'),
  layer('web', [...BELOW_ENGINE, 'engine', 'api'], 'The web shell works without the command line.'),
  layer(
    'host',
    [...BELOW_ENGINE, 'engine', 'api', 'web'],
    'What every running Waypost is made of, whoever started it.',
  ),
  layer(
    'cli',
    [...BELOW_ENGINE, 'engine', 'api', 'web', 'host'],
    'It starts the service, and the web shell with it.',
  ),
  {
    name: 'layer-electron',
    severity: 'error',
    comment: 'The desktop and the command line are two shells: neither is built on the other.',
    from: { path: '^electron/' },
    to: { path: '^server/cli/' },
  },
  {
    name: 'layer-testing',
    severity: 'error',
    comment:
      'Fake peers speak the protocols by themselves: built on our own code, they would share its mistakes. ' +
      'Fixtures, which start our own parts for tests, stand apart.',
    from: { path: '^server/testing/', pathNot: [TEST, '^server/testing/fixtures/'] },
    to: { path: '^server/', pathNot: ['^server/testing/', place.contract ?? '', place.mail ?? ''] },
  },
  {
    name: 'no-circular',
    severity: 'error',
    comment: 'Files in a circle can only be understood, loaded and tested all at once.',
    from: {},
    to: { circular: true },
  },
];

/** A server of the bench that Waypost is measured by. */
const YARDSTICK = '^bench/yardstick\\.ts$';

/** @type {Rule[]} */
const doors = [
  door(
    'smtp-server',
    npm('smtp-server'),
    ['^server/receive/(listener|connection)\\.ts$', YARDSTICK],
    'Its ways are known in one file. Its types may be named anywhere in receive/ (next rule).',
    { dependencyTypesNot: ['type-only'] },
  ),
  door(
    'smtp-server-types',
    npm('smtp-server'),
    ['^server/receive/', YARDSTICK],
    'Outside of receive/ nobody knows it at all.',
  ),
  door(
    'nodemailer',
    npm('nodemailer'),
    ['^server/delivery/(client|report)\\.ts$'],
    'One file talks to other servers, one composes reports.',
  ),
  door(
    'dns',
    '^(node:)?dns(/promises)?$',
    ['^server/delivery/mx\\.ts$'],
    'All look-ups go by the configured servers and can be faked. No other file may ask the system by itself.',
  ),
  door(
    'sqlite',
    '^(node:)?sqlite$',
    ['^server/store/database\\.ts$', YARDSTICK],
    'One file decides how durable databases are.',
  ),
  door('kysely', npm('kysely'), ['^server/store/'], 'All SQL lives in the store.'),
  door('conf', npm('conf'), ['^server/settings/store\\.ts$'], 'The settings file has one writer.'),
  door(
    'electron-store',
    npm('electron-store'),
    ['^electron/store\\.ts$'],
    'The settings file has one writer.',
  ),
];

/** @type {Rule[]} */
const tests = [
  {
    name: 'no-test-in-production',
    severity: 'error',
    comment: 'What serves tests is not shipped.',
    from: PRODUCTION,
    to: { path: '^(server/testing|e2e)/' },
  },
  {
    name: 'no-import-of-tests',
    severity: 'error',
    comment: 'Importing a test file runs its tests once more. What tests share lies in server/testing/.',
    from: {},
    to: { path: TEST },
  },
];

/**
 * These hold for tests as well.
 * @type {Rule[]}
 */
const shells = [
  {
    name: 'renderer-knows-the-contract',
    severity: 'error',
    comment: 'The window runs in a sandbox and in any browser: of the rest it sees the contract only.',
    from: { path: '^renderer/' },
    to: { path: '^(server|electron|bench|scripts|e2e)/', pathNot: place.contract },
  },
  {
    name: 'e2e-looks-from-outside',
    severity: 'error',
    comment:
      'The built app is tested as a person meets it. Only fake peers, the contract and how it is started are shared.',
    from: { path: '^e2e/' },
    to: {
      path: '^(server|renderer|bench|scripts)/',
      pathNot: ['^server/testing/', place.contract ?? '', '^scripts/(browser|electron|service-flags)\\.mjs$'],
    },
  },
  {
    name: 'electron-package',
    severity: 'error',
    comment: 'Importing electron under plain Node tries a download and throws. Only its own shell may.',
    from: { pathNot: '^electron/' },
    // Not npm('electron'): our own folder bears the same name.
    to: { path: '(^|/)node_modules/electron/|^electron(/main|/renderer|/common)?$' },
  },
  {
    name: 'electron-shell',
    severity: 'error',
    comment: 'The desktop is one of three shells; nothing is built on it.',
    from: { pathNot: '^(electron|e2e)/' },
    to: { path: '^electron/' },
  },
  {
    name: 'server-stands-alone',
    severity: 'error',
    comment: 'The server runs, and is tested, without a window, a bench or a checkout around it.',
    from: { path: '^server/' },
    to: { path: '^(renderer|bench|scripts)/' },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
const configuration = {
  forbidden: [...layers, ...doors, ...tests, ...shells],
  options: {
    // Imports of types bind files together as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

// biome-ignore lint/style/noDefaultExport: dependency-cruiser reads its configuration from there
export default configuration;
