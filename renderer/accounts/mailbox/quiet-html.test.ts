import { expect, it } from 'vitest';
import { quietHtml } from './quiet-html.ts';

it.each([
  ['<p style="color:red">x</p>', '<p data-css="color:red">x</p>'],
  ["<P CLASS=a STYLE='color:red'>x", "<P CLASS=a data-css='color:red'>x"],
  ['<p style=color:red>x', '<p data-css=color:red>x'],
  ['<p style = "a:b" id=x>', '<p data-css = "a:b" id=x>'],
  ['<p/style="a:b"/>', '<p/data-css="a:b"/>'],
  ['<p id="x"style="a:b">', '<p id="x"data-css="a:b">'],
  ['<p\nstyle\n=\n"a:b">', '<p\ndata-css\n=\n"a:b">'],
  ['<p style>', '<p data-css>'],
  ['<p style="a>b" style="c">', '<p data-css="a>b" data-css="c">'],
  ['<img src=x ONERROR="a" onx style=b>', '<img src=x data-off="a" data-off data-css=b>'],
  ['<p title="onclick=x" content=y>', '<p title="onclick=x" content=y>'],
  ['<p styles="a" data-style="b" xstyle=c>', '<p styles="a" data-style="b" xstyle=c>'],
  ['<p title="say style=x here">', '<p title="say style=x here">'],
  ['<p title=\'<i style="x">\'>', '<p title=\'<i style="x">\'>'],
  ['a < b style="x" > c', 'a < b style="x" > c'],
  ['text style="x"', 'text style="x"'],
  ['<!-- <p style="a"> --><p style="b">', '<!-- <p style="a"> --><p data-css="b">'],
  ['<!--><p style="b">', '<!--><p data-css="b">'],
  ['<!---><p style="b">', '<!---><p data-css="b">'],
  ['<!-- a --!><p style="b">', '<!-- a --!><p data-css="b">'],
  ['<!-- <p style="a">', '<!-- <p style="a">'],
  ['<textarea><p style="a"></textarea><p style="b">', '<textarea><p style="a"></textarea><p data-css="b">'],
  ['<title style="a">b</title>', '<title data-css="a">b</title>'],
  ['</p style="a">', '</p data-css="a">'],
  ['<track default src="x">', '<track default data-off="x">'],
  ['<base href=x target=y>', '<base data-off=x data-off=y>'],
  ['<object data=x><embed src=y>', '<object data-off=x><embed data-off=y>'],
  ['<iframe srcdoc="<b style=x>"></iframe>', '<iframe data-off="<b style=x>"></iframe>'],
  ['<img src=x><a href=y target=z>', '<img src=x><a href=y target=z>'],
  ['<p =style=a>', '<p =style=a>'],
  ['<p style="a', '<p data-css="a'],
  ['<p style', '<p data-css'],
  ['<', '<'],
  ['<p', '<p'],
  ['', ''],
])('%j', (html, quiet) => {
  expect(quietHtml(html)).toEqual({ html: quiet, sheets: [], isTangled: false });
});

it.each([
  ['a<style>p{color:red}</style>b', 'ab', ['p{color:red}']],
  ['<STYLE TYPE="text/css">p{}</Style >b', 'b', ['p{}']],
  ['<style>a</style><b style="c">d<style>e</style>', '<b data-css="c">d', ['a', 'e']],
  ['<style media="print">a</style>', '', ['@media print{a}']],
  ['<style media=print>a</style>', '', ['@media print{a}']],
  ['<style><p style="x"></style>y', 'y', ['<p style="x">']],
  ['<style>a</styles>b</style>c', 'c', ['a</styles>b']],
  ['<style>a', '', ['a']],
  ['<!--<style>a</style>-->', '<!--<style>a</style>-->', []],
  ['<styles>a</styles>', '<styles>a</styles>', []],
])('%j', (html, rest, sheets) => {
  expect(quietHtml(html)).toEqual({ html: rest, sheets, isTangled: false });
});

it('takes a long message with thousands of styles as it comes', () => {
  const html = '<td style="a:b">x</td><style>p{}</style>'.repeat(20_000);
  const quiet = quietHtml(html);
  expect(quiet.sheets).toHaveLength(20_000);
  expect(quiet.html).toBe('<td data-css="a:b">x</td>'.repeat(20_000));
  for (const unfinished of ['<', '<a ', '<style>', '<!--', '<a style="', '<title>'])
    expect(quietHtml(unfinished.repeat(50_000)).html.length).toBeGreaterThanOrEqual(0);
});

it.each([
  ['<div>'.repeat(4000), false],
  ['<div>'.repeat(6000), true],
  ['<div></div>'.repeat(20_000), false],
  ['<div></x>'.repeat(6000), true],
  [`${'</div>'.repeat(9000)}${'<div>'.repeat(6000)}`, true],
  ['<b>x</B>'.repeat(20_000), false],
  ['<p>x<br>'.repeat(20_000), false],
  [`<table>${'<tr><td>x'.repeat(20_000)}`, false],
  ['<table><tr><td>'.repeat(6000), true],
  ['<p>'.repeat(200_000), true],
])('%#: a tangle is told from what is merely long', (html, isTangled) => {
  expect(quietHtml(html).isTangled).toBe(isTangled);
});
