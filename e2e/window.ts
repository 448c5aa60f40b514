/** The settings window as a person sees it: fields by their names, and what they do. */
import { expect, type Locator, type Page } from 'playwright/test';

export class SettingsWindow {
  readonly page: Page;
  readonly apply: Locator;
  readonly revert: Locator;
  readonly undo: Locator;
  /** The sentence beside the buttons that says what Apply would do. */
  readonly preview: Locator;
  readonly statusLine: Locator;

  constructor(page: Page) {
    this.page = page;
    this.apply = this.#button('Apply');
    this.revert = this.#button('Revert');
    this.undo = this.#button('Undo');
    this.preview = page.locator('#preview');
    this.statusLine = page.getByRole('contentinfo');
  }

  /** Opens it at the printed address; resolves when it shows what is true. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await expect(this.statusLine).toContainText(/istening/);
  }

  /** A text field of the Connections tab, by its full name. */
  field(name: string): Locator {
    const named = { name, exact: true };
    return this.page.getByRole('textbox', named).or(this.page.getByRole('combobox', named));
  }

  checkbox(name: string): Locator {
    return this.page.getByRole('checkbox', { name, exact: true });
  }

  /** The button that shows this machine's addresses. */
  addresses(field: string): Locator {
    return this.#around(field).getByRole('button');
  }

  /** What is wrong with a field, as it stands beside it. */
  issue(field: string): Locator {
    return this.#around(field).locator('.issue');
  }

  async type(name: string, text: string): Promise<void> {
    await this.field(name).fill(text);
  }

  async toggle(name: string): Promise<void> {
    // As the mouse does: the box itself lies unseen beneath what is drawn.
    await this.page.locator('label', { hasText: new RegExp(`^${name}$`) }).click();
  }

  /** Chooses in a list that hangs from a button, which is named by its value and its label. */
  async choose(name: string, option: string): Promise<void> {
    await this.list(name).click();
    await this.page.getByRole('option', { name: new RegExp(`^${option}`) }).click();
  }

  /** The button from which a list hangs. */
  list(name: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^\\S+ ${name}$`) });
  }

  async openAdvanced(): Promise<void> {
    await this.#button('Advanced').click();
  }

  /** Clicks Apply and waits until it is true. */
  async applyNow(): Promise<void> {
    await this.apply.click();
    await this.expectSaid(/^Applied\./);
  }

  /** Something stands beside the buttons that has happened. */
  async expectSaid(text: string | RegExp): Promise<void> {
    await expect(this.page.locator('.notice')).toHaveText(text);
  }

  async showTab(name: 'Connections' | 'Status' | 'Accounts' | 'Queue' | 'Mail Log'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  #around(field: string): Locator {
    return this.page.locator('.field', { has: this.field(field) });
  }

  #button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
}
