/**
 * Hostile mail in the real page: a corpus of messages comes in by SMTP and is opened one by one. Whatever they try,
 * nothing may run, nothing may load, nothing may move, and the window around them must not be touched.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Page } from 'playwright/test';
import { portOf } from '../server/testing/ports.ts';
import { expect, test } from './fixtures.ts';
import { htmlMail, type Lair, lairAt } from './hostile/hostile.ts';
import { loads } from './hostile/loads.ts';
import { mime } from './hostile/mime.ts';
import { mutation } from './hostile/mutation.ts';
import { links, scripts } from './hostile/scripts.ts';
import { styles } from './hostile/styles.ts';
import { send } from './mail.ts';
import { ANNA, type Service } from './service.ts';

/** How long a message has to do harm, in milliseconds. */
const SETTLED_MS = 120;

/** A server of the sender's, with the connections and requests it got. It has pages of its own at `/page/N`. */
async function startLair(pagesOf: (lair: Lair) => readonly string[] = () => []) {
  const connections: number[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const page = /^\/page\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (page === undefined) requests.push(request.url ?? '');
    const body = page === undefined ? '' : pagesOf(lair)[Number(page)];
    response.writeHead(body ? 200 : 204, { 'Content-Type': 'text/html; charset=utf-8' }).end(body);
  });
  server.on('connection', ({ remotePort }) => connections.push(remotePort ?? 0));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lair = lairAt(portOf(server));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { lair, connections, requests, stop };
}

/**
 * The browser reports what the policy of the page forbids as soon as it parses it, here into a page that is never
 * shown, from which it is dropped; whether any of it is left in the frame is looked at below. Whatever else is in
 * the console is of something that happened.
 */
const REPORT_OF_PARSING = /^(?:Executing inline event handler|Applying inline style) violates/;

/** Notes everything that a page does beyond its own origin, and all it complains about. */
function watch(page: Page, own: string): string[] {
  const seen: string[] = [];
  const isOwn = (url: string) => url.startsWith(own) || /^(?:data|blob|about):/.test(url);
  page.on('request', (request) => !isOwn(request.url()) && seen.push(`request ${request.url()}`));
  page.on('websocket', (socket) => !isOwn(socket.url().replace('ws:', 'http:')) && seen.push(socket.url()));
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('download', (download) => seen.push(`download ${download.url()}`));
  page.on('pageerror', (error) => seen.push(`error ${error.message}`));
  page.on('console', (message) => {
    const isNews = /error|warning/.test(message.type()) && !REPORT_OF_PARSING.test(message.text());
    if (isNews) seen.push(`console ${message.text()}`);
  });
  // Choosing the tab names it in the address, which is told as a navigation too.
  const expected = ['about:srcdoc', `${own}/#accounts`];
  page.on('framenavigated', (frame) => {
    if (!expected.includes(frame.url())) seen.push(`navigation to ${frame.url()}`);
  });
  page.context().on('page', (other) => other !== page && seen.push(`window ${other.url()}`));
  return seen;
}

/** What the window is, apart from the message that is open in it. */
const fingerprint = (page: Page) =>
  page.evaluate(`JSON.stringify({
    title: document.title,
    address: location.href,
    cookies: document.cookie,
    globals: Object.keys(window).filter((name) => !/^\\d+$/.test(name)).length,
    stored: [localStorage.length, sessionStorage.length],
    around: [...document.body.children].map((child) => child.outerHTML.replace(/<main[^]*<\\/main>/, '').length),
    tabs: [...document.querySelectorAll('[role=tab]')].map((tab) => tab.textContent),
    odd: document.querySelectorAll('script:not([type=module]), object, embed, base, main :is(link, style, form, meta, script, img)').length,
    frames: [...document.querySelectorAll('iframe')].map(({ sandbox, src }) => [sandbox.length, src]).filter(([flags, src]) => flags !== 0 || src !== ''),
  })`) as Promise<string>;

/** Whatever in the open message could do something; it is empty, whatever the message was. */
const armed = `(() => {
  const found = [];
  const allowed = /^(abbr|align|alt|bgcolor|border|cellpadding|cellspacing|class|clear|color|colspan|compact|data-css|data-leads-to|dir|face|headers|height|hspace|id|lang|noshade|nowrap|open|reversed|rowspan|rules|scope|size|span|start|summary|tabindex|text|title|type|valign|value|vspace|width)$/;
  const head = [...document.head.querySelectorAll('*')].map((element) => element.localName).join();
  if (head !== 'meta,meta,meta,title,style,style') found.push('head: ' + head);
  if (document.documentElement.children.length !== 2) found.push('not a head and a body');
  for (const element of document.body.querySelectorAll('*')) {
    const { localName, namespaceURI, attributes } = element;
    if (namespaceURI !== 'http://www.w3.org/1999/xhtml') found.push(namespaceURI + ' ' + localName);
    if (/^(script|style|link|meta|base|iframe|frame|frameset|object|embed|applet|form|input|button|select|textarea|video|audio|source|track|picture|template|svg|math|map|area|dialog|slot|title|noscript|plaintext|xmp|marquee)$/.test(localName) || localName.includes('-')) found.push(localName);
    for (const { name, value } of attributes) {
      if (localName === 'img' && name === 'src' && /^data:image\\/(png|jpeg|gif|webp|bmp|avif)[;,]/.test(value)) continue;
      if (!allowed.test(name)) found.push(localName + ' ' + name + '=' + value.slice(0, 80));
    }
  }
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules)
      if (/url\\(|image-set|@import|@font-face/i.test(rule.cssText)) found.push(rule.cssText.slice(0, 120));
  return found;
})()`;

const traces = '[self.__pwned, document.title === "pwned"].filter(Boolean)';

async function deliver(service: Service, messages: readonly string[]): Promise<void> {
  for (const body of messages)
    expect((await send(service, ANNA.address, { from: 'mallory@evil.test', body })).final.code).toBe(250);
}

/** Goes down the whole list, message by message, and looks at each. */
async function openAll(page: Page, total: number, look: (subject: string) => Promise<void>): Promise<void> {
  await page.getByRole('row', { name: ANNA.address }).dblclick();
  const list = page.getByRole('listbox', { name: 'Messages' });
  await expect(list).toBeFocused();
  for (let place = 1; place <= total; place++) {
    await page.keyboard.press('ArrowDown');
    const chosen = page.locator(`[role=option][aria-selected=true][aria-posinset="${place}"]`);
    const subject = (await chosen.locator('.subject').textContent()) ?? '';
    // The pane is made anew for each message.
    await page.locator('.reading :is(.html-frame, .message-text, .instead)').first().waitFor();
    await expect(page.locator('.reading h3')).toHaveText(subject || '(no subject)');
    await page.waitForTimeout(SETTLED_MS);
    await look(subject);
    await expect(list, 'the focus stays where it was').toBeFocused();
  }
}

/** Clicks all that could be a link, and presses Enter on it. */
async function clickLinks(page: Page): Promise<void> {
  const frame = page.frameLocator('.html-frame');
  for (const link of await frame.locator('a, area, img, button, input').all()) {
    await link.click({ force: true, modifiers: ['ControlOrMeta'] });
    await link.click({ force: true, button: 'middle' });
    await link.click({ force: true });
    await link.focus();
    await page.keyboard.press('Enter');
  }
  await page.waitForTimeout(SETTLED_MS);
  await page.getByRole('listbox', { name: 'Messages' }).focus();
}

const html = (tricks: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tricks).map(([name, body]) => [name, htmlMail(name, body)]));

const GROUPS: Readonly<Record<string, (lair: Lair) => Readonly<Record<string, string>>>> = {
  scripts: (lair) => html(scripts(lair)),
  links: (lair) => html(links(lair)),
  'things that load': (lair) => html(loads(lair)),
  styles: (lair) => html(styles(lair)),
  'markup that changes': (lair) => html(mutation(lair)),
  'parts, types and character sets': mime,
};

/** Messages of one test: as many as a slow machine opens in its time. */
const AT_ONCE = 12;

for (const [group, messagesOf] of Object.entries(GROUPS)) {
  const names = Object.keys(messagesOf(lairAt(1)));
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE);
    test(`${group}, from “${some[0]}” on: nothing runs, loads or moves`, async ({ page, service, atEnd }) => {
      const { lair, connections, stop } = await startLair();
      atEnd(stop);
      const messages = messagesOf(lair);
      await deliver(
        service,
        some.map((name) => messages[name] ?? ''),
      );
      const seen = watch(page, new URL(service.address).origin);
      await page.goto(`${service.address}#accounts`);
      await expect(page.getByRole('grid', { name: 'Accounts' })).toBeVisible();
      const before = await fingerprint(page);
      seen.length = 0;
      let opened = 0;
      await openAll(page, some.length, async (subject) => {
        opened++;
        for (const frame of page.frames()) expect(await frame.evaluate(traces), subject).toEqual([]);
        for (const frame of page.frames().slice(1)) expect(await frame.evaluate(armed), subject).toEqual([]);
        if (group === 'links') await clickLinks(page);
        expect(await fingerprint(page), subject).toBe(before);
        expect(seen, subject).toEqual([]);
      });
      expect(opened).toBe(some.length);
      expect([connections, seen]).toEqual([[], []]);
    });
  }
}

test('where nothing stops them, these messages do what they are made for', async ({ browser, atEnd }) => {
  const tricksOf = (lair: Lair) =>
    Object.entries({ ...scripts(lair), ...loads(lair), ...styles(lair), ...mutation(lair) })
      // Some of each kind, since pages take their time; those that only take time would do so here too.
      .filter(([name], index) => index % 4 === 0 && !/thousand|deep/.test(name))
      .map(([, body]) => body);
  const { lair, requests, stop } = await startLair(tricksOf);
  atEnd(stop);
  const context = await browser.newContext();
  atEnd(() => context.close());
  const count = tricksOf(lair).length;
  let harmed = 0;
  const open = async (number: number) => {
    const page = await context.newPage();
    let reached = false;
    page.on('dialog', (dialog) => void dialog.dismiss());
    page.on('request', (request) => {
      reached ||= !request.url().includes('/page/');
    });
    await page.goto(`${lair.url}/page/${number}`, { waitUntil: 'commit' });
    await page.waitForTimeout(SETTLED_MS);
    const left = (await page.evaluate(traces).catch(() => ['another page'])) as unknown[];
    if (reached || left.length > 0) harmed++;
    await page.close();
  };
  const TABS = 6;
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (let from = 0; from < count; from += TABS)
    await Promise.all(numbers.slice(from, from + TABS).map(open));
  expect(harmed, 'messages that ran or loaded something').toBeGreaterThan(count / 2);
  expect(requests.length, 'what reached the sender').toBeGreaterThan(count / 2);
});
