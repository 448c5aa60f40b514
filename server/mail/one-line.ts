/**
 * Text from outside as one line of bounded length, trimmed: what could end a header line, forge a line of
 * the log or steer a terminal becomes a space.
 *
 * @param max characters; what is longer ends in an ellipsis
 */
export function oneLine(text: string, max: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > max ? `${line.slice(0, max)}…` : line;
}
