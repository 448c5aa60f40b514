import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requireBrowser } from './browser.mjs';
import { ICNS_ENTRIES, makeIcns, makeIco } from './icon-containers.mjs';
import {
  appDrawing,
  fingerprint,
  ICO_SIZES,
  LINUX_SIZES,
  macDrawing,
  PATHS,
  SOURCE,
  STATES,
  TONES,
  trayPictures,
  WINDOW_SIZE,
} from './icon-list.mjs';
import { isProgram, PlainError, root, say } from './project.mjs';
import { setup } from './setup.mjs';

// `npm run icons`: makes every picture of Waypost's mark from one drawing. A browser draws, each picture at its own
// size, so that nothing is ever scaled.

/** @typedef {import('playwright').Page} Page */

/**
 * @param {Page} page
 * @param {string} html
 * @param {number} width
 * @param {number} height
 */
async function shoot(page, html, width, height) {
  await page.setContent(`<style>body { margin: 0 }</style>${html}`);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width, height } });
}

/**
 * @param {Page} page
 * @param {string} source the drawing
 * @param {import('./icon-list.mjs').Drawing} drawing
 * @param {{ state?: string, colours?: { ink: string, partly: string, stuck: string } }} [look] of a glyph
 */
function draw(page, source, { px, part, viewBox }, { state = '', colours } = {}) {
  const hidden = STATES.filter((each) => each !== state).map((each) => `.${each}:not(.${state || 'none'})`);
  const { ink, partly, stuck } = colours ?? TONES.template;
  const html = `
    <style>${hidden.join()} { display: none }</style>
    <div style="position: absolute; width: 0; height: 0; overflow: hidden">${source}</div>
    <svg width="${px}" height="${px}" viewBox="${viewBox}"
      style="display: block; color: ${ink}; --partly: ${partly}; --stuck: ${stuck}"><use href="#${part}"/></svg>`;
  return shoot(page, html, px, px);
}

/**
 * One picture for people: what the tray shows, on a light and on a dark bar.
 * @param {Page} page
 * @param {Map<string, Buffer>} tray the pictures by path
 */
function drawSheet(page, tray) {
  const [label, cell, row] = [96, 104, 44];
  const bars = /** @type {const} */ ([
    ['light', '#f3f3f3', '#1f1f1f'],
    ['dark', '#1f1f1f', '#ffffff'],
  ]);
  const names = STATES.map((state) => `<span style="width: ${cell}px">${state}</span>`).join('');
  const rows = bars.flatMap(([tone, ground, text]) =>
    [16, 22, 32].map((px) => {
      const cells = trayPictures()
        .filter((each) => each.tone === tone && each.px === px)
        .map(({ path }) => `data:image/png;base64,${tray.get(path)?.toString('base64')}`)
        .map(
          (url) =>
            `<span style="width: ${cell}px"><img src="${url}" style="display: block; margin: auto"></span>`,
        );
      const title = `<span style="width: ${label}px">${px} px</span>`;
      return `<div style="background: ${ground}; color: ${text}">${title}${cells.join('')}</div>`;
    }),
  );
  const html = `
    <style>
      div { display: flex; align-items: center; height: ${row}px; font: 13px sans-serif }
      span { text-align: center }
    </style>
    <div style="background: #ffffff; color: #1f1f1f"><span style="width: ${label}px"></span>${names}</div>
    ${rows.join('')}`;
  return shoot(page, html, label + cell * STATES.length, row * (rows.length + 1));
}

/**
 * @param {string} source
 * @returns {string} the app's icon alone
 */
function favicon(source) {
  return source
    .replaceAll(/\n\s*<!--[\s\S]*?-->|\n\s*<symbol [\s\S]*?<\/symbol>/g, '')
    .replaceAll('\n\n', '\n');
}

/**
 * @param {Page} page
 * @returns {Promise<Map<string, Buffer | string>>} the content of each file, by its path below the root
 */
async function makeAll(page) {
  const source = readFileSync(join(root, SOURCE), 'utf8');
  /** @type {(drawings: import('./icon-list.mjs').Drawing[]) => Promise<{ px: number, png: Buffer }[]>} */
  const drawEach = async (drawings) => {
    const drawn = [];
    for (const drawing of drawings) drawn.push({ px: drawing.px, png: await draw(page, source, drawing) });
    return drawn;
  };
  /** @type {Map<string, Buffer>} */
  const tray = new Map();
  for (const picture of trayPictures()) {
    const look = { state: picture.state, colours: TONES[picture.tone] };
    tray.set(picture.path, await draw(page, source, picture, look));
  }
  const macSizes = [...new Set(Object.values(ICNS_ENTRIES))];
  /** @type {Map<string, Buffer | string>} */
  const files = new Map(tray);
  for (const { px, png } of await drawEach(LINUX_SIZES.map(appDrawing))) files.set(PATHS.linux(px), png);
  files.set(PATHS.window, await draw(page, source, appDrawing(WINDOW_SIZE)));
  files.set(PATHS.ico, makeIco(await drawEach(ICO_SIZES.map(appDrawing))));
  files.set(PATHS.icns, makeIcns(await drawEach(macSizes.map(macDrawing))));
  files.set(PATHS.favicon, favicon(source));
  files.set(PATHS.sheet, await drawSheet(page, tray));
  return files;
}

async function main() {
  await setup({ browser: true });
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({
    executablePath: await requireBrowser(),
    args: ['--force-color-profile=srgb'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: WINDOW_SIZE, height: WINDOW_SIZE } });
    const files = await makeAll(page);
    for (const [path, content] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    writeFileSync(join(root, PATHS.stamp), fingerprint(root));
    say(`${files.size} files were drawn.`);
  } finally {
    await browser.close();
  }
}

if (isProgram(import.meta.url)) {
  await main().catch((error) => {
    if (!(error instanceof PlainError)) throw error;
    say(error.message);
    process.exitCode = error.status;
  });
}
