/** The window of a service that has one peer for all the world. */
import type { Page } from 'playwright/test';
import type { Sink } from '../server/testing/sink.ts';
import type { Service } from './service.ts';
import { SettingsWindow } from './window.ts';

/** What the tests of a tab about mail that comes and goes share. */
export class PeerWindow {
  readonly page: Page;
  readonly service: Service;
  readonly sink: Sink;
  readonly app: SettingsWindow;

  constructor(page: Page, service: Service, sink: Sink) {
    this.page = page;
    this.service = service;
    this.sink = sink;
    this.app = new SettingsWindow(page);
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }
}
