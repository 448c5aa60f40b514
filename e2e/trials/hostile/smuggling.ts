/**
 * Ends of data that are none, but that some server takes for one (SMTP smuggling, CVE-2023-51764 and its kin): a dot
 * between all kinds of halves of line ends. Only CR LF dot CR LF ends a message (RFC 5321 section 4.1.1.4).
 */

const PIECES: readonly (readonly [name: string, bytes: string])[] = [
  ['nothing', ''],
  ['CR LF', '\r\n'],
  ['LF', '\n'],
  ['CR', '\r'],
  ['NUL', '\0'],
  ['LF CR', '\n\r'],
  ['CR CR LF', '\r\r\n'],
  ['CR NUL LF', '\r\0\n'],
  ['CR LF NUL', '\r\n\0'],
];
/** Dots that are more, or less, than one. */
const ODD_DOTS = ['.\0', '\0.', '. ', '..', '.\r', '.\n', '.\r\r\n'];
const END_OF_DATA = '\r\n.\r\n';

export interface Variant {
  readonly name: string;
  readonly bytes: string;
}

/** All that does not end a message. */
export const VARIANTS: readonly Variant[] = [
  ...PIECES.flatMap(([before, head]) =>
    PIECES.map(([after, tail]) => ({ name: `${before}, dot, ${after}`, bytes: `${head}.${tail}` })),
  ),
  ...ODD_DOTS.map((dot) => ({ name: `CR LF, ${JSON.stringify(dot)}, CR LF`, bytes: `\r\n${dot}\r\n` })),
].filter(({ bytes }) => !bytes.includes(END_OF_DATA));

/** The bytes of one message with a transaction hidden behind a false end of data, without the true end. */
export function smuggling({ bytes }: Variant, subject: string, victim: string): string {
  return [
    `Subject: ${subject}\r\n\r\nbefore`,
    bytes,
    'MAIL FROM:<evil@elsewhere.test>\r\n',
    `RCPT TO:<${victim}>\r\n`,
    'DATA\r\n',
    'Subject: smuggled\r\n\r\nafter',
  ].join('');
}

/**
 * What must be stored and relayed of it: the same content without the dots that stuff it, and with line ends that
 * nobody can take in two ways.
 */
export function harmless(content: string): string {
  return content.replace(/(?<=\r\n)\.(?=\.)/g, '').replace(/\r\n|\r|\n/g, '\r\n');
}
