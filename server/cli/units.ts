/** Numbers, sizes and times as people read them. */

/** "1 message", "3 messages". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A size in KB, MB or GB of 1024 each; anything below 1 KB but 0 counts as 1 KB. */
export function formatSize(bytes: number): string {
  const kilobytes = bytes / 1024;
  if (kilobytes < 1023.5) return `${bytes > 0 ? Math.max(1, Math.round(kilobytes)) : 0} KB`;
  const megabytes = kilobytes / 1024;
  return megabytes < 1023.95 ? `${megabytes.toFixed(1)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

/** Local time to the minute, or to the second: `2026-11-22 14:03`. '' for no time. */
export function formatTime(time: Date | null, seconds = false): string {
  if (time === null) return '';
  const clock = [time.getHours(), time.getMinutes(), ...(seconds ? [time.getSeconds()] : [])].map(two);
  return `${formatDate(time)} ${clock.join(':')}`;
}

/** The local day: `2026-11-22`. */
export function formatDate(time: Date): string {
  return [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
}

/** The two largest units that say something: "3 days 4 h", "12 min", "45 s". */
export function formatDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return `${plural(days, 'day')} ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
