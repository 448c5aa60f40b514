/**
 * A floor on speed: content that comes at fewer than so many bytes a second, over a span of minutes, is given up.
 *
 * It is counted in portions. A portion is what the slowest client allowed brings in one span; it must be there
 * within a span of the one before. So nobody above the floor is ever cut, and what was sent fast at the beginning
 * buys no time for a trickle at the end, as it would if the whole message were averaged.
 *
 * Only bytes of content count, and only while the client owes them: from 354 to the final dot. Between two
 * commands a client may be silent for as long as a command may take (pace.ts).
 */

export interface FloorRule {
  /** In milliseconds. */
  readonly floorSpan: number;
  readonly floorBytesPerSecond: number;
}

/** Where the portion that is coming in began. */
export interface Mark {
  /** In milliseconds, of any clock. */
  readonly at: number;
  readonly bytes: number;
}

/**
 * What becomes of `mark` when `bytes` of the content are in at the time `now`: a new mark when the portion is
 * whole, the same one while there is time for it, undefined when the client is too slow.
 */
export function nextMark(mark: Mark, { at, bytes }: Mark, rule: FloorRule): Mark | undefined {
  const portion = (rule.floorBytesPerSecond * rule.floorSpan) / 1000;
  if (bytes - mark.bytes >= portion) return { at, bytes };
  return at - mark.at > rule.floorSpan ? undefined : mark;
}
