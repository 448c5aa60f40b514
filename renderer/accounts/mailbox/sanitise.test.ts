import { describe, expect, it } from 'vitest';
import { framePage } from './frame-page.ts';
import { type CleanHtml, sanitise } from './sanitise.ts';

// What a real browser makes of it is tested with the whole hostile corpus in e2e/hostile-mail.spec.ts.
const clean = (html: string, images = new Map<string, string>()): CleanHtml => {
  const result = sanitise(html, images);
  if (!result) throw new Error('tangled');
  return result;
};
const inner = (html: string) => clean(html).body.replace(/^<body>|<\/body>$/g, '');

it.each([
  ['<p>Hello <b>Anna</b></p>', '<p>Hello <b>Anna</b></p>'],
  ['<script>x</script><p onclick="x">y</p>', '<p>y</p>'],
  ['<form><input name=x><b>z</b></form>', '<b>z</b>'],
  ['<iframe src="https://evil.test"></iframe>a', 'a'],
  ['<svg onload=x><circle/></svg>b', 'b'],
  ['<table width=600 bgcolor="#fff"><tr><td align=center>x</td></tr></table>', undefined],
  ['<font color=red face=Arial>x</font>', '<font color="red" face="Arial">x</font>'],
  ['<p data-x=y aria-hidden=true role=button id=k class=l>x</p>', '<p id="k" class="l">x</p>'],
  ['<ol start=3 type=a><li value=7>x</ol>', '<ol start="3" type="a"><li value="7">x</li></ol>'],
])('%s', (html, kept) => {
  if (kept !== undefined) expect(inner(html)).toBe(kept);
  else expect(inner(html)).toContain('<td align="center">x</td>');
});

it('keeps what the body says of its colours', () => {
  expect(clean('<body bgcolor="#123456" text=white onload=x>x</body>').body).toBe(
    '<body bgcolor="#123456" text="white">x</body>',
  );
});

describe('links', () => {
  it('lead nowhere, and say where they would', () => {
    const { body, links } = clean(
      '<a href="https://Bank.example/x?y=1" target=_blank ping=z>Your bank</a> <a href="javascript:x">j</a> <a name=k>n</a>',
    );
    expect(body).not.toMatch(/href|target|ping|javascript/);
    expect(body).toContain('data-leads-to="https://bank.example/x?y=1"');
    expect(links).toEqual([{ text: 'Your bank', address: 'https://bank.example/x?y=1' }]);
  });

  it.each([
    ['mailto:anna@example.com', 'mailto:anna@example.com'],
    ['  https://a.test  ', 'https://a.test/'],
    ['https://bänk.example/', 'https://xn--bnk-qla.example/'],
    ['ftp://a.test/', undefined],
    ['/relative', undefined],
    ['data:text/html,x', undefined],
    ['', undefined],
  ])('%s', (href, address) => {
    expect(clean(`<a href="${href}">x</a>`).links.map((link) => link.address)).toEqual(
      address === undefined ? [] : [address],
    );
  });

  it('of a picture are named by it', () => {
    expect(clean('<a href="https://a.test"><img alt="Logo" src="cid:x"></a>').links[0]?.text).toBe('Logo');
  });
});

describe('pictures', () => {
  const gif = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
  const images = new Map([['a b@x', gif]]);

  it('of the message itself are shown', () => {
    const { body, shown, hasRemoteImages } = clean('<img src="cid:a%20b@x"><img src="CID:a b@x">', images);
    expect(body.match(/data:image\/gif/g)).toHaveLength(2);
    expect([...shown]).toEqual(['a b@x']);
    expect(hasRemoteImages).toBe(false);
  });

  it.each([
    [`<img src="${gif}">`, true],
    ['<img src="data:image/svg+xml,<svg/>">', false],
    ['<img src="data:text/html,x">', false],
    ['<img src="https://a.test/x.png">', false],
    ['<img src="cid:unknown">', false],
    ['<img src="cid:%">', false],
    ['<img src="/x.png">', false],
  ])('%s', (html, isShown) => {
    expect(/ src=/.test(clean(html, images).body)).toBe(isShown);
  });

  it.each([
    ['<img src="https://a.test/x.png">', true],
    ['<img src="//a.test/x">', true],
    ['<img src="ht\ntp://a.test/x">', true],
    ['<img srcset="https://a.test/x 2x">', true],
    ['<td background="https://a.test/x">', false],
    ['<table background="https://a.test/x"><tr><td>x</table>', true],
    ['<video poster="https://a.test/x"></video>', true],
    ['<p style="background-image:url(https://a.test/x)">y</p>', true],
    ['<style>p{background-image:url(https://a.test/x)}</style>y', true],
    ['<img src="cid:x"><a href="https://a.test">y</a>', false],
    ['<p style="color:red">https://a.test</p>', false],
  ])('that lie elsewhere are told of: %s', (html, hasRemoteImages) => {
    expect(clean(html).hasRemoteImages).toBe(hasRemoteImages);
  });
});

describe('styles', () => {
  it('come back as one sheet, those of attributes stronger', () => {
    const { body, css } = clean(
      '<style>p{color:red}</style><p style="color:blue">x</p><p style="color:blue">y</p>',
    );
    expect(css).toMatch(/^p\{color:red\}:not\(#a#b#c\).*\[data-css="0"\]\{color:blue\}$/);
    expect(body).toBe('<body><p data-css="0">x</p><p data-css="0">y</p></body>');
  });

  it('of the body too', () => {
    const { body, css } = clean('<body style="margin-top:0px"><p>x</p></body>');
    expect([body, css]).toEqual([
      '<body data-css="0"><p>x</p></body>',
      expect.stringContaining('margin-top'),
    ]);
  });
});

it('gives up what a browser would not cope with', () => {
  expect(sanitise('<div>'.repeat(10_000), new Map())).toBeUndefined();
});

describe('the page of the frame', () => {
  const page = framePage({ body: '<body><p>x</p></body>', css: 'p{font-family:"</style>"}' }, 'N0NCE');

  it('lets nothing in but pictures of the message and the styles that carry the nonce', () => {
    const parsed = new DOMParser().parseFromString(page, 'text/html');
    const policy = parsed.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      'img-src data:',
      "style-src 'nonce-N0NCE'",
      "form-action 'none'",
      "base-uri 'none'",
    ]);
    expect(parsed.head.firstElementChild?.getAttribute('charset')).toBe('utf-8');
    expect(parsed.head.children[1]?.getAttribute('http-equiv')).toBe('Content-Security-Policy');
    expect(parsed.body.innerHTML.trim()).toBe('<p>x</p>');
    expect([...parsed.querySelectorAll('style')].map((style) => style.getAttribute('nonce'))).toEqual([
      'N0NCE',
      'N0NCE',
    ]);
  });
});
