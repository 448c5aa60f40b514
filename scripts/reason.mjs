// Why a program failed, from what it wrote: the one line that tells a person most.

/** What Chromium writes before each line: process, time, level and place in its source. */
const PREFIX = /^\[[^\]]*:(?<level>[A-Z]+):[^\]]*\]\s*/;
const STACK = /^\s*(at |#\d+ |\[end of stack trace\]|[{}\])]+$)/;
/** Said beside the reason, and telling nothing. */
const EMPTY_WORDS = /platform failed to initialize|^Received signal|^Node\.js v\d/;
const LONGEST = 160;

/**
 * @param {string} output
 * @returns {string} without a stop at its end
 */
export function reasonIn(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !STACK.test(line) && !EMPTY_WORDS.test(line));
  const fatal = lines.find((line) => PREFIX.exec(line)?.groups?.level === 'FATAL');
  const line = (fatal ?? lines.at(-1) ?? 'it did not say why').replace(PREFIX, '').replace(/^\w*Error: /, '');
  return shortened(line).trim().replace(/\.$/, '');
}

/** @param {string} line */
function shortened(line) {
  if (line.length <= LONGEST) return line;
  const [sentence = ''] = /^.*?[.!?](?=\s)/.exec(line) ?? [];
  return sentence !== '' && sentence.length <= LONGEST ? sentence : `${line.slice(0, LONGEST)}…`;
}
