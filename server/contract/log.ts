/** What can be asked of the mail log, and what it answers. */
import { z } from 'zod';
import { directions, logKinds, logLevels, logView } from './views.ts';

/** The most entries of one page, and of one batch of the live log. */
export const MOST_LOG_ROWS = 2_000;

const words = z.string().max(500);

/**
 * Which entries are wanted; an entry has to fit all that is given. Texts are compared without regard to the case
 * of ASCII letters, and `%` or `_` mean themselves.
 */
export const logFilter = z.object({
  /** Looked for in all but kind and level. */
  text: words.optional(),
  /** Looked for in the address. */
  address: words.optional(),
  /** Looked for in the host. */
  host: words.optional(),
  /** The message's id or its beginning; the case of letters matters. */
  message: words.optional(),
  /** The session's or attempt's id or its beginning; the case of letters matters. */
  session: words.optional(),
  /** One of these; none given is all. */
  kinds: z.array(z.enum(logKinds)).optional(),
  levels: z.array(z.enum(logLevels)).optional(),
  /** Not before. */
  from: z.date().optional(),
  /** Not after. */
  to: z.date().optional(),
});

/** Part of what matches, newest first. */
export const logPage = z.object({
  rows: z.array(logView),
  /** Whether more match in the direction in which was asked. */
  more: z.boolean(),
  /** The id of the newest entry of the whole log, matching or not; 0 when it is empty. */
  last: z.int(),
});

/** New entries, oldest first. */
export const logNews = z.object({
  rows: z.array(logView),
  /** How many entries of the whole log are newer still and will follow. */
  behind: z.int(),
});

/** One line of a dialogue. */
export const transcriptLine = z.object({
  /** Milliseconds since its beginning. */
  ms: z.int(),
  /** Who said it; a note is ours, in words. */
  by: z.enum(['client', 'server', 'note']),
  text: z.string(),
});

/** The dialogue of an incoming session, or of an attempt to send over all its connections. No secret is in it. */
export const transcriptView = z.object({
  session: z.string(),
  direction: z.enum(directions),
  /** The peer. */
  host: z.string(),
  startedAt: z.date(),
  endedAt: z.date(),
  lines: z.array(transcriptLine),
});

export type LogFilter = z.infer<typeof logFilter>;
export type LogPage = z.infer<typeof logPage>;
export type LogNews = z.infer<typeof logNews>;
export type TranscriptLine = z.infer<typeof transcriptLine>;
export type TranscriptView = z.infer<typeof transcriptView>;
