/** A page's part on the stage: which requests and events are meant for it. */
import { toPage } from './address.ts';
import { inBackground } from './cdp.ts';
import type { ContentsPage } from './contents-page.ts';
import { shown } from './frames.ts';
import type { Navigation } from './navigation.ts';
import type { Player } from './stage.ts';

/** @param vanished called when the page is gone by no wish of the app */
export function makePlayer(
  contents: Electron.WebContents,
  page: ContentsPage,
  navigation: Navigation,
  vanished: () => void,
): Player {
  return {
    contents,
    plays: (targetId) => page.plays(targetId),
    requester: (frameId) => {
      const { frames } = page;
      const frame = frames.get(frameId);
      if (!frame) return undefined;
      const isMainFrame = frames.isMain(frameId);
      const mayNavigate = (url: string, isRedirect: boolean) =>
        navigation.mayNavigate(frame, isMainFrame, url, isRedirect);
      return { contents, isMainFrame, frame: shown(frame), mayNavigate };
    },
    titleChanged: () => inBackground(page.open().then(({ session }) => navigation.readTitle(session))),
    clearStorage: async () => (await page.open()).clearStorage(toPage(navigation.url)),
    vanished,
  };
}
