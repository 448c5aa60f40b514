import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// All pictures of Waypost's mark, and what proves that they were made of the drawing as it is now.

export const SOURCE = 'electron/images/icon.svg';
const IMAGES = 'electron/images';

/** What the tray tells, worst last. */
export const STATES = /** @type {const} */ (['listening', 'partly', 'stopped', 'stuck']);

/**
 * The colours of a glyph on a light bar, on a dark one, and where the system colours it (macOS): by shape alone
 * the states differ everywhere, and `partly` and `stuck` have a colour besides.
 */
export const TONES = {
  light: { ink: '#1f1f1f', partly: '#c46a00', stuck: '#d32030' },
  dark: { ink: '#ffffff', partly: '#ffb638', stuck: '#ff6b62' },
  template: { ink: '#000000', partly: '#000000', stuck: '#000000' },
};

/** @typedef {keyof typeof TONES} Tone */
/** @typedef {(typeof STATES)[number]} State */

/**
 * Pixels of the tray's pictures, and the grid each is drawn on so that its edges fall between pixels.
 * @type {ReadonlyMap<number, number>}
 */
const GRIDS = new Map([
  [16, 16],
  [20, 20],
  [22, 22],
  [24, 24],
  [32, 16],
  [44, 22],
  [48, 24],
  [64, 16],
]);
const TEMPLATE_SIZES = [16, 32, 48];

/** Pixels of the pictures for Linux, and of those in the files for Windows and macOS. */
export const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
export const ICO_SIZES = [16, 20, 24, 32, 40, 48, 64, 128, 256];
/** Of the picture that the window shows. */
export const WINDOW_SIZE = 1024;

/**
 * @typedef {object} Drawing
 * @property {number} px width and height of the picture
 * @property {string} part the id of what is drawn
 * @property {string} viewBox the section of it that fills the picture
 */

/**
 * The app's icon. The smallest have drawings of their own, in which less is shown.
 * @param {number} px
 * @returns {Drawing}
 */
export function appDrawing(px) {
  const isSmall = px <= 24;
  const side = isSmall ? px : 64;
  return { px, part: isSmall ? `app-${px}` : 'app', viewBox: `0 0 ${side} ${side}` };
}

/**
 * The app's icon as macOS wants it, with room around the tile; there is none to give at 16 pixels.
 * @param {number} px
 * @returns {Drawing}
 */
export function macDrawing(px) {
  // Apple's grid: a tile of 824 in a picture of 1024.
  const side = (64 * 1024) / 824;
  const from = (64 - side) / 2;
  return px === 16 ? appDrawing(px) : { px, part: 'app', viewBox: `${from} ${from} ${side} ${side}` };
}

/** @typedef {Drawing & { path: string, state: State, tone: Tone }} TrayPicture */

/**
 * The pictures of the tray, by their paths below the root.
 * @returns {TrayPicture[]}
 */
export function trayPictures() {
  const tones = /** @type {Tone[]} */ (Object.keys(TONES));
  return STATES.flatMap((state) =>
    tones.flatMap((tone) =>
      [...GRIDS]
        .filter(([px]) => tone !== 'template' || TEMPLATE_SIZES.includes(px))
        .map(([px, grid]) => ({
          path: `${IMAGES}/tray/${state}-${tone}-${px}.png`,
          px,
          part: `tray-${grid}`,
          viewBox: `0 0 ${grid} ${grid}`,
          state,
          tone,
        })),
    ),
  );
}

/** Where everything else lies. */
export const PATHS = {
  window: `${IMAGES}/icon.png`,
  ico: `${IMAGES}/icon.ico`,
  icns: `${IMAGES}/icon.icns`,
  /** The drawing without what only small sizes need, for the window's page. */
  favicon: 'renderer/ui/icon.svg',
  sheet: 'docs/tray.png',
  stamp: `${IMAGES}/stamp`,
  /** @param {number} px */
  linux: (px) => `${IMAGES}/icons/${px}x${px}.png`,
};

/** What the pictures are made of: the drawing, and the scripts that draw. */
const MADE_OF = [
  SOURCE,
  'scripts/icons.mjs',
  'scripts/icon-containers.mjs',
  'scripts/icon-list.mjs',
  'scripts/png.mjs',
];

/** @returns {string[]} every file that `npm run icons` writes, but for the stamp */
export function outputs() {
  const { window, ico, icns, favicon, sheet, linux } = PATHS;
  return [
    window,
    ...LINUX_SIZES.map(linux),
    ico,
    icns,
    favicon,
    sheet,
    ...trayPictures().map(({ path }) => path),
  ];
}

/**
 * A fingerprint of all that was read and written. It differs from the stamp when either has changed since.
 * @param {string} root
 */
export function fingerprint(root) {
  return [...MADE_OF, ...outputs()]
    .map((path) => {
      const bytes = readFileSync(join(root, path));
      // Git may give text the line ends of the system.
      const content = /\.(svg|mjs)$/.test(path) ? bytes.toString().replaceAll('\r\n', '\n') : bytes;
      return `${createHash('sha256').update(content).digest('hex')}  ${path}\n`;
    })
    .join('');
}
