/**
 * What Node is told when it is to be the mail service. By itself it lets the part of memory where objects begin their
 * life grow to 128 MB under load and keeps it; with 16 MB the service is as fast (docs/performance.md). And it shall be able to give memory back at rest.
 */
export const SERVICE_FLAGS = ['--max-semi-space-size=8', '--expose-gc'];
