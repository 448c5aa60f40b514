/**
 * The dialogue of a session as it is recorded: cheap while it goes on, bounded, and put into one text that is
 * stored when the session is over. Whoever records has taken the secrets out before.
 *
 * Of a long dialogue the beginning and the end are kept, since those tell how it began and why it ended. What is
 * between is counted. Each line of the stored text is milliseconds, who said it, and the words.
 */
import type { TranscriptLine, TranscriptView } from '../contract/log.ts';
import type { Direction } from '../contract/views.ts';
import { oneLine } from './one-line.ts';

/** A dialogue that is over, ready to be stored. Times are milliseconds since 1970. */
export interface Transcript {
  readonly session: string;
  readonly direction: Direction;
  /** The peer. */
  readonly host: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** As `readTranscript` takes it. */
  readonly lines: string;
}

/** Characters kept of the beginning; of the end as many, and of one line. */
const KEPT = 8_000;
const KEPT_LINE = 1_000;

const SPEAKERS: Readonly<Record<string, TranscriptLine['by']>> = { C: 'client', S: 'server', '#': 'note' };

/** Records one dialogue. */
export class Recording {
  readonly startedAt = Date.now();
  readonly #start = performance.now();
  #head = '';
  #isLong = false;
  /** The end, as two halves: when the newer is full, the older goes. */
  #older = '';
  #newer = '';
  #lines = 0;
  #dropped = 0;
  #olderLines = 0;
  /** The size so far of the message that is coming. */
  #content: (() => number) | undefined;
  #newerLines = 0;

  /** True while nothing was recorded. */
  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  client(text: string): void {
    this.#add('C', text);
  }

  server(text: string): void {
    this.#add('S', text);
  }

  /** Our own words about what is not shown as it was. */
  note(text: string): void {
    this.#add('#', text);
  }

  /**
   * A message follows, of which nothing but the size is kept. @param bytes asked for it when the message is over,
   * by its end or by that of the session
   */
  content(bytes: () => number): void {
    this.#content = bytes;
  }

  /** What was recorded so far, as it is stored. */
  toString(): string {
    this.#endContent();
    const gap = this.#dropped === 0 ? '' : `${this.#ms()} # … ${this.#dropped} lines cut …\n`;
    return this.#head + gap + this.#older + this.#newer;
  }

  #endContent(): void {
    const bytes = this.#content;
    this.#content = undefined;
    if (bytes) this.#add('C', `… ${grouped(bytes())} bytes of content`);
  }

  #add(mark: string, text: string): void {
    this.#endContent();
    const line = `${this.#ms()} ${mark} ${oneLine(text, KEPT_LINE)}\n`;
    this.#lines++;
    if (!this.#isLong && this.#head.length + line.length <= KEPT) {
      this.#head += line;
      return;
    }
    this.#isLong = true;
    if (this.#newer.length + line.length > KEPT / 2) {
      this.#dropped += this.#olderLines;
      [this.#older, this.#olderLines] = [this.#newer, this.#newerLines];
      [this.#newer, this.#newerLines] = ['', 0];
    }
    this.#newer += line;
    this.#newerLines++;
  }

  #ms(): number {
    return Math.round(performance.now() - this.#start);
  }
}

/** A whole number as people read it; `Intl` takes ten times as long. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A stored dialogue, taken apart; what is no line of one is left out. */
export function readTranscript({ startedAt, endedAt, lines, ...rest }: Transcript): TranscriptView {
  return {
    ...rest,
    startedAt: new Date(startedAt),
    endedAt: new Date(endedAt),
    lines: lines.split('\n').flatMap((line) => {
      const [, ms, mark = '', text = ''] = /^(\d+) ([CS#]) (.*)$/.exec(line) ?? [];
      const by = SPEAKERS[mark];
      return by ? [{ ms: Number(ms), by, text }] : [];
    }),
  };
}
