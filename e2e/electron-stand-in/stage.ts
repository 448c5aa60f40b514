/** Where windows are shown: the browser, opened with the first of them, and who on it is meant by what happens. */
import { fromPage } from './address.ts';
import { BrowserGone, inBackground } from './cdp.ts';
import { Chromium, type PausedRequest } from './chromium.ts';
import { Downloads } from './downloads.ts';
import { type Requester, route, routeAnswer } from './router.ts';
import { clearStorageBy, defaultSession } from './session.ts';

/** A page on the stage. */
export interface Player {
  readonly contents: Electron.WebContents;
  /** Whether this page is in that target of the browser. */
  plays(targetId: string): boolean;
  /** What there is to know of a request from one of its frames; undefined when the frame is not its own. */
  requester(frameId: string): Requester | undefined;
  titleChanged(): void;
  clearStorage(): Promise<void>;
  /** The page is gone, by no wish of the app. */
  vanished(): void;
}

const players = new Set<Player>();
const downloads = new Downloads(defaultSession, (url, frameId) => contentsOf(url, frameId));
let chromium: Promise<Chromium> | undefined;

/** The browser; started when this is called first. */
export function openChromium(): Promise<Chromium> {
  chromium ??= Chromium.open({
    request: (paused) => inBackground(decide(paused)),
    title: (targetId) => find(targetId)?.titleChanged(),
    closed: (targetId) => find(targetId)?.vanished(),
    download: (download) => downloads.begin(download),
    progress: (progress) => downloads.progress(progress),
  }).then((opened) => {
    downloads.cancelBy((guid) => inBackground(opened.browser.send('Browser.cancelDownload', { guid })));
    return opened;
  });
  return chromium;
}

export function enter(player: Player): void {
  players.add(player);
}

export function leave(player: Player): void {
  players.delete(player);
}

clearStorageBy(async () => {
  for (const player of players) await player.clearStorage();
});

function find(targetId: string): Player | undefined {
  return [...players].find((each) => each.plays(targetId));
}

function requesterOf(frameId: string): Requester | undefined {
  for (const player of players) {
    const found = player.requester(frameId);
    if (found) return found;
  }
  return undefined;
}

function contentsOf(_url: string, frameId: string): Electron.WebContents | undefined {
  return requesterOf(frameId)?.contents;
}

async function decide(paused: PausedRequest): Promise<void> {
  const opened = await openChromium();
  const { requestId, frameId } = paused;
  // The page may have been closed meanwhile, and the request with it.
  const fail = () =>
    opened.browser.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => {});
  // A page that another page has opened is about to be closed; it asks for nothing.
  if (opened.isForeign(frameId)) return void (await fail());
  const requester = requesterOf(frameId);
  try {
    const isAnswer = paused.responseStatusCode !== undefined;
    if (isAnswer) await routeAnswer(opened, defaultSession, paused, requester);
    else await route(opened, defaultSession, paused, requester);
  } catch (error) {
    if (error instanceof BrowserGone) throw error;
    // As in Electron, where the request fails and the error is shown.
    console.error(`Error in answering ${fromPage(paused.request.url)}:`, error);
    await fail();
  }
}
