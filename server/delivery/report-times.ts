/** Times and durations as people read them. Pure. */

/**
 * Such as "Tue, 2 Jun 2026, 13:00 UTC". Whoever reads it may live elsewhere, so the zone is always said.
 *
 * @param at ms since 1970
 * @param timeZone such as `Europe/Berlin`; default: the system's
 */
export function timeText(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** Such as "45 minutes", "an hour", "2 1/2 hours" or "4 days", in the largest unit that says it well. */
export function durationText(minutes: number): string {
  if (minutes < 60 || (minutes < 120 && minutes % 60 !== 0))
    return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = Math.round(minutes / 30) / 2;
  if (hours < 48 || hours % 24 !== 0) return hours === 1 ? 'an hour' : `${half(hours)} hours`;
  return `${hours / 24} days`;
}

function half(hours: number): string {
  return Number.isInteger(hours) ? String(hours) : `${Math.floor(hours)} 1/2`;
}

/**
 * How often a recipient is tried from now on, such as "about every 4 hours".
 *
 * @param attempts made so far
 * @param waits `delivery.retryMinutes`
 */
export function rhythmText(attempts: number, waits: readonly number[]): string {
  const coming = waits.slice(Math.min(attempts, waits.length - 1));
  const [first = 1, ...others] = coming.map((wait) => Math.max(wait, 1));
  const last = others.at(-1) ?? first;
  const every = `about every ${durationText(last).replace(/^an? /, '')}`;
  if (first === last) return every;
  return `again after ${durationText(first)}, and in the end ${every}`;
}
