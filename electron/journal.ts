/** What the app says about itself: to whoever watches the process, and into the mail log once there is one. */
import { inspect } from 'node:util';

export class Journal {
  readonly #print: (line: string) => void;
  #report: ((text: string) => void) | undefined;
  /** What went wrong before there was a log. */
  #early: string[] = [];

  /** @param print takes one line */
  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Says a line that is of interest now only. */
  readonly say = (line: string): void => this.#print(line);

  /** Says what went wrong, in full, and keeps it in the mail log. */
  readonly log = (error: unknown, where: string): void => {
    const text = `Error (${where}): ${inspect(error)}`;
    this.#print(text);
    if (this.#report) this.#report(text);
    else this.#early.push(text);
  };

  /** From now on there is a mail log. */
  connect(report: (text: string) => void): void {
    this.#report = report;
    for (const text of this.#early.splice(0)) report(text);
  }
}
