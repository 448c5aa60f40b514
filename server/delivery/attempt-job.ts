/** An attempt as the two who carry it out and watch it see it. */
import type { AttemptView } from '../contract/views.ts';
import type { Bodies } from '../store/bodies.ts';
import type { StoredMessage } from '../store/queue-rows.ts';
import type { Job } from './job.ts';
import type { Attempt } from './scheduler.ts';

/**
 * The job of an attempt: our trace lines and the stored content are what is sent.
 *
 * @param moved called when a part of the content is asked for
 */
export function attemptJob(attempt: Attempt, message: StoredMessage, bodies: Bodies, moved: () => void): Job {
  const head = Buffer.from(message.trace + message.completion);
  return {
    ...attempt,
    recipients: attempt.recipients.map((row) => ({ ...row, address: row.recipient })),
    message: {
      ...message,
      size: head.length + message.size,
      head,
      open: () => bodies.open(message.id),
      moved,
    },
  };
}

/** The attempt as people see it. */
export function attemptView(
  { domain, recipients }: Attempt,
  { id, sender, size }: StoredMessage,
): AttemptView {
  const destination = domain || 'SmartHost';
  return { message: id, from: sender, destination, recipients: recipients.length, since: new Date(), size };
}
