/** Notifications of the system; a click leads to the tab that helps. */
import type { Notification, NotificationConstructorOptions } from 'electron';
import type { Notice } from './notices.ts';
import type { Tab } from './window.ts';

export interface NotifierOptions {
  /** Undefined where the system shows none. */
  readonly make: (options: NotificationConstructorOptions) => Notification | undefined;
  readonly open: (tab: Tab) => void;
}

export class Notifier {
  readonly #options: NotifierOptions;
  /** One that is collected as garbage takes its click with it. */
  readonly #shown = new Set<Notification>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  show({ title, body, tab }: Notice): void {
    const notification = this.#options.make({ title, body });
    if (!notification) return;
    this.#shown.add(notification);
    notification.on('click', () => this.#options.open(tab));
    notification.on('close', () => this.#shown.delete(notification));
    notification.show();
  }

  /** Takes back what is still shown. */
  clear(): void {
    for (const notification of this.#shown) notification.close();
    this.#shown.clear();
  }
}
