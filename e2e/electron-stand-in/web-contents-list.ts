/** `webContents`: all that there are. */
import { strict } from './strict.ts';
import { WebContents } from './web-contents.ts';

export const webContents = strict('webContents', {
  getAllWebContents: () => WebContents.all(),
  fromId: (id: number) => WebContents.byId(id),
  getFocusedWebContents: () => WebContents.all().find((each) => each.isFocused()) ?? null,
});
