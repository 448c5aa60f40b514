/** `dialog`: nobody sees one here, so nobody answers. Tests do, by what watches these functions. */
import { isReady, needsReady } from './lifecycle.ts';
import { refused, strict } from './strict.ts';

const OPTIONS: Record<keyof Electron.MessageBoxOptions, true> = {
  ...({
    message: true,
    type: true,
    buttons: true,
    defaultId: true,
    signal: true,
    title: true,
    detail: true,
  } as const),
  ...({ checkboxLabel: true, checkboxChecked: true, icon: true, textWidth: true, cancelId: true } as const),
  ...({ noLink: true, normalizeAccessKeys: true } as const),
};

type Args = [Electron.BaseWindow, Electron.MessageBoxOptions] | [Electron.MessageBoxOptions];

function check(args: Args): void {
  needsReady('dialog module can only be used after app is ready; it was used');
  const options = args.length === 2 ? args[1] : args[0];
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw refused(`a message box has no option '${name}'`);
  }
  const { type = 'none', buttons = [], message, defaultId = 0, cancelId = 0 } = options;
  if (!['none', 'info', 'error', 'question', 'warning'].includes(type))
    throw new TypeError('Invalid message box type');
  if (!Array.isArray(buttons)) throw new TypeError('Buttons must be an array');
  if (typeof message !== 'string') throw new TypeError('Message must be a string');
  const last = Math.max(buttons.length, 1) - 1;
  if (defaultId > last || cancelId > last) throw refused('defaultId and cancelId must be among the buttons');
}

export const dialog = strict('dialog', {
  showErrorBox: (title: string, content: string): void => {
    if (typeof title !== 'string') throw new TypeError('Title must be a string');
    if (typeof content !== 'string') throw new TypeError('Content must be a string');
    // As documented for Linux, where nothing can be shown yet.
    if (!isReady()) console.error(`${title}\n${content}`);
  },
  showMessageBox: async (...args: Args): Promise<Electron.MessageBoxReturnValue> => {
    check(args);
    return new Promise(() => {});
  },
  showMessageBoxSync: (...args: Args): number => {
    check(args);
    throw refused('nobody has answered the message box, and it can’t wait');
  },
});
