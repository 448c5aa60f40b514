import { describe, expect, it } from 'vitest';
import { cleanDeclarations, cleanSheet, withinStyleElement } from './clean-css.ts';

// jsdom reads less than a browser does; e2e/hostile-mail.spec.ts goes on where it ends.
describe('declarations', () => {
  it.each([
    ['color: red', 'color:red', false],
    ['color: red !important; margin-top: 3px', 'color:red !important;margin-top:3px', false],
    ['background-image: url(https://evil.test/x.png); color: red', 'color:red', true],
    ['background-image: url("//evil.test/x.png")', '', true],
    ['background-image: url(data:image/png;base64,AAAA)', '', false],
    ['--a: url(https://evil.test/x)', '', true],
    ['color: var(--a)', '', false],
    ['color: red} body { color: blue', 'color:red', false],
    ['position: fixed', '', false],
    ['position: absolute', 'position:absolute', false],
    ['content: "x"', '', false],
    ['nonsense', '', false],
    ['', '', false],
  ])('%j', (css, text, hasRemote) => {
    expect(cleanDeclarations(css)).toEqual({ text, hasRemote });
  });
});

describe('style sheets', () => {
  it.each([
    ['p { color: red }', 'p{color:red}', false],
    ['p { color: red } q::after { color: red } b { color: blue }', 'p{color:red}b{color:blue}', false],
    ['@import url(https://evil.test/x.css); p { color: red }', 'p{color:red}', false],
    ['@media (max-width: 600px) { p { color: red } }', '@media (max-width: 600px){p{color:red}}', false],
    ['@media (prefers-color-scheme: dark) { p { color: red } }', '', false],
    ['p { background-image: url(https://evil.test/x) }', '', true],
    ['<!-- p { color: red } -->', 'p{color:red}', false],
    ['}}}} p { color: red }', expect.any(String), false],
  ])('%j', (css, text, hasRemote) => {
    expect(cleanSheet(css)).toEqual({ text, hasRemote });
  });
});

it('can’t end the element it stands in', () => {
  expect(withinStyleElement('p{font-family:"</style><script>"}')).toBe(
    'p{font-family:"\\3c /style>\\3c script>"}',
  );
});
