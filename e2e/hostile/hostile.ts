/** What a hostile message is made of. */

/** What the corpus may refer to. */
export interface Lair {
  /** Address of a server of the sender's, such as `http://127.0.0.1:1234`. */
  readonly url: string;
  /** The same without its scheme. */
  readonly host: string;
  /** A script that leaves traces wherever it may run. Without quotes, so that it fits everywhere. */
  readonly script: string;
}

/** Bodies of HTML by what they try; each is sent as a message of its own. */
export type Tricks = (lair: Lair) => Readonly<Record<string, string>>;

export function lairAt(port: number): Lair {
  const host = `127.0.0.1:${port}`;
  const url = `http://${host}`;
  const script = [
    'self.__pwned=1',
    'try{parent.__pwned=1}catch(e){}',
    'try{top.__pwned=1}catch(e){}',
    `new Image().src=\`${url}/script\``,
    'self.document&&(document.title=`pwned`)',
  ].join(';');
  return { url, host, script };
}

/** A message whose body is HTML and nothing else. */
export function htmlMail(subject: string, html: string): string {
  return mail(subject, ['Content-Type: text/html; charset=utf-8', BASE64], base64(Buffer.from(html)));
}

export const BASE64 = 'Content-Transfer-Encoding: base64';

/** A message with headers of its own. */
export function mail(subject: string, headers: readonly string[], body: string): string {
  return [
    'From: Mallory <mallory@evil.test>',
    'To: anna@waypost.test',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    ...headers,
    '',
    body,
    '',
  ].join('\r\n');
}

export function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
}
