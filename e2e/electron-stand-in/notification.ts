/** `Notification`: shown to nobody; tests ask what was shown, and click on it. */
import { needsReady } from './lifecycle.ts';
import { refused, StrictEmitter } from './strict.ts';

type Options = Electron.NotificationConstructorOptions;
type Has =
  | 'show'
  | 'close'
  | 'title'
  | 'subtitle'
  | 'body'
  | 'silent'
  | 'urgency'
  | 'timeoutType'
  | 'actions'
  | 'id';

/** Options that are kept or would not be seen; the rest belongs to other systems. */
const OPTIONS: Record<keyof Options, boolean> = {
  ...{ id: true, title: true, subtitle: true, body: true, silent: true, icon: true, timeoutType: true },
  ...{ urgency: true, sound: true, closeButtonText: true, replyPlaceholder: true, hasReply: true },
  ...{ groupId: false, groupTitle: false, actions: false, toastXml: false },
};

let count = 0;

export class Notification extends StrictEmitter implements Pick<Electron.Notification, Has> {
  static readonly events = ['show', 'click', 'close', 'failed', 'reply', 'action'];
  readonly id: string;
  readonly actions: Electron.NotificationAction[] = [];
  title: string;
  subtitle: string;
  body: string;
  silent: boolean;
  urgency: 'normal' | 'critical' | 'low';
  timeoutType: 'default' | 'never';
  #isShown = false;

  static isSupported(): boolean {
    return true;
  }

  constructor(options: Options = {}) {
    needsReady('Cannot create Notification');
    super();
    for (const name of Object.keys(options)) {
      if (!Object.hasOwn(OPTIONS, name)) throw refused(`a notification has no option '${name}'`);
      if (!OPTIONS[name as keyof Options])
        throw refused(`it can't do the option '${name}' of a notification`);
    }
    this.id = options.id ?? `${++count}`;
    this.title = options.title ?? '';
    this.subtitle = options.subtitle ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    this.urgency = options.urgency ?? 'normal';
    this.timeoutType = options.timeoutType ?? 'default';
  }

  show(): void {
    this.#isShown = true;
    setImmediate(() => this.emit('show', { preventDefault() {} }));
  }

  close(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    setImmediate(() => this.emit('close', { preventDefault() {} }));
  }
}
