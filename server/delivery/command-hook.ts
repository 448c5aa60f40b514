/**
 * What nodemailer is about to say, before it is said. Wraps its internal `_sendCommand`: should an upgrade lose it, no
 * connection opens and the tests say so.
 */

/** Asks `edit` for what `smtp` is to say instead of each of its lines; undefined: nothing. */
export function hookCommands(smtp: object, edit: (line: string) => string | undefined): void {
  const internals = smtp as { _sendCommand(line: string, forLog?: string): void };
  const sendCommand = internals._sendCommand.bind(smtp);
  internals._sendCommand = (line, forLog) => {
    const said = edit(line);
    if (said !== undefined) sendCommand(said, forLog);
  };
}
