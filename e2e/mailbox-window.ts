/** A mailbox in the window: how a test gets there, what it finds there, and mail that has something to show. */
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright/test';
import { expect } from './fixtures.ts';
import { base64, mail } from './hostile/hostile.ts';
import { send } from './mail.ts';
import { ANNA, type Service } from './service.ts';

const PIXEL = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
export const PDF = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256));

export const PLAIN = mail(
  'Minutes of Monday',
  ['Content-Type: multipart/mixed; boundary=m'],
  [
    '--m',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Dear Anna,\r\n\r\nthe minutes are attached. — Ben',
    '--m',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename="../minutes.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    base64(PDF),
    '--m--',
  ].join('\r\n'),
);

export const HTML = mail(
  'Tulips',
  ['Content-Type: multipart/related; boundary=r'],
  [
    '--r',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    'Content-Type: text/plain',
    '',
    'Tulips in plain words',
    '--a',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html lang="en"><style>.big{font-size:30px}</style><body bgcolor="#eeffee"><h1 class="big" style="color:rgb(1, 2, 3)">Tulips</h1>' +
      '<img src="cid:p@x" alt="A tulip"><img src="https://remote.test/x.png" alt="">' +
      '<p><a href="https://real.test/shop?a=1">Buy some</a> or <a href="mailto:shop@real.test">write</a></p></body></html>',
    '--a--',
    '--r',
    'Content-Type: image/gif',
    'Content-ID: <p@x>',
    'Content-Transfer-Encoding: base64',
    '',
    PIXEL,
    '--r--',
  ].join('\r\n'),
);

export const list = (page: Page) => page.getByRole('listbox', { name: 'Messages' });
export const options = (page: Page) => page.getByRole('option');
export const message = (page: Page) => page.getByRole('article', { name: 'Message' });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const subjects = (page: Page) => options(page).locator('.subject').allTextContents();

export async function deliver(service: Service, ...bodies: string[]): Promise<void> {
  for (const body of bodies) expect((await send(service, ANNA.address, { body })).final.code).toBe(250);
}

export const about = (...names: string[]) =>
  names.map((name) => `Subject: ${name}\r\n\r\nText of ${name}\r\n`);

export async function openMailbox(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Accounts' }).click();
  await page.getByRole('row', { name: ANNA.address }).dblclick();
  await expect(page.getByRole('heading', { name: ANNA.address })).toBeVisible();
}

export async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}
