/** What an app shows in notifications and dialogs, and what a person does with them. Goes into Electron as source text. */
import type { Tools } from './desktop-observer-tools.ts';
import type { BoxObserver, Controls, DialogView, NotificationView } from './desktop-views.ts';

export function observeBoxes(
  electron: typeof Electron.CrossProcessExports,
  { wrap, watch }: Tools,
  controls?: Controls,
): BoxObserver {
  const { dialog, Notification } = electron;

  // Notifications.
  interface Told {
    notification: Electron.Notification;
    state: NotificationView['state'];
  }
  const notifications: Told[] = [];
  watch(Notification.prototype, 'show', (self) => {
    notifications.push({ notification: self as Electron.Notification, state: 'shown' });
  });
  const toldOf = (title: string): Told => {
    const found = notifications.findLast(
      (each) => each.notification.title === title && each.state === 'shown',
    );
    if (!found) throw new Error(`No notification is shown with the title '${title}'.`);
    return found;
  };
  watch(Notification.prototype, 'close', (self) => {
    const found = notifications.findLast((each) => each.notification === self && each.state === 'shown');
    if (found) found.state = 'closed';
  });

  // Dialogs.
  interface Box {
    kind: DialogView['kind'];
    options: Electron.MessageBoxOptions;
    answer: number | undefined;
    resolve: (response: number) => void;
  }
  const boxes: Box[] = [];
  const queued: string[] = [];
  const labels = ({ buttons = [] }: Electron.MessageBoxOptions) => (buttons.length > 0 ? buttons : ['OK']);
  const indexOf = (button: string, options: Electron.MessageBoxOptions): number => {
    const index = labels(options).indexOf(button);
    if (index < 0)
      throw new Error(`The dialog has no button '${button}', only: ${labels(options).join(', ')}.`);
    return index;
  };
  const optionsOf = (args: unknown[]) => args.at(-1) as Electron.MessageBoxOptions;
  wrap(dialog, 'showErrorBox', (original) => (title, content) => {
    if (controls) original.call(dialog, title, content);
    boxes.push({ kind: 'error box', options: { message: content, title }, answer: 0, resolve: () => {} });
  });
  wrap(dialog, 'showMessageBox', (original) => {
    return ((...args: never[]) => {
      const options = optionsOf(args);
      const { promise, resolve, reject } = Promise.withResolvers<Electron.MessageBoxReturnValue>();
      // A stand-in only looks at the options; Electron would show the box.
      if (controls) (Reflect.apply(original, dialog, args) as Promise<unknown>).catch(reject);
      const box: Box = {
        kind: 'message box',
        options,
        answer: undefined,
        resolve: (response) => resolve({ response, checkboxChecked: options.checkboxChecked ?? false }),
      };
      boxes.push(box);
      options.signal?.addEventListener('abort', () => {
        box.answer ??= options.cancelId ?? 0;
        box.resolve(box.answer);
      });
      return promise;
    }) as typeof original;
  });
  wrap(dialog, 'showMessageBoxSync', (original) => {
    return ((...args: never[]) => {
      const options = optionsOf(args);
      const button = queued.shift();
      if (button === undefined) {
        if (controls) return Reflect.apply(original, dialog, args) as number;
        throw new Error('Nobody has answered the message box, and it can’t wait.');
      }
      const answer = indexOf(button, options);
      boxes.push({ kind: 'message box, sync', options, answer, resolve: () => {} });
      return answer;
    }) as typeof original;
  });

  return {
    notifications: () =>
      notifications.map(({ notification: { title, body }, state }) => ({ title, body, state })),
    clickNotification: (title) => {
      const found = toldOf(title);
      found.state = 'clicked';
      found.notification.emit('click', {});
    },
    closeNotification: (title) => {
      const found = toldOf(title);
      found.state = 'closed';
      found.notification.emit('close', {});
    },
    dialogs: () =>
      boxes.map(({ kind, options, answer }) => ({
        kind,
        title: options.title ?? '',
        message: options.message,
        detail: options.detail ?? '',
        type: options.type ?? 'none',
        buttons: labels(options),
        answer: answer === undefined ? undefined : labels(options)[answer],
      })),
    answerDialog: (button) => {
      const box = boxes.find((each) => each.answer === undefined);
      if (!box) return void queued.push(button);
      box.answer = indexOf(button, box.options);
      box.resolve(box.answer);
    },
  };
}
