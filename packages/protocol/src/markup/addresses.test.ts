import { describe, expect, test } from 'vitest';
import { parseMarkup } from './parse.ts';
import type { MarkupBlock, MarkupInline } from './tree.ts';

const ADDRESS = 'https://a.example/x';

describe('an address is whole', () => {
  test.each([
    "https://en.example.org/wiki/Murphy's_law",
    'https://en.example.org/wiki/Murphy’s_law',
    "https://a.example/as'd/23-(23)",
    "https://a.example/?q='x'&r=1",
    'https://a.example/wiki/【x】',
    'https://a.example/wiki/«x»/y',
    'https://a.example/x_(y)_z',
    'https://a.example/col·lecció',
    'https://a.example/می\u200cخواهم',
    'https://☃.example.org',
    'https://☃️.example.org/x',
    'https://👩‍🚒.example/',
    'https://bücher.example/ü',
    'https://пример.example/путь',
    'https://例え.example/道',
    'http://[::1]:8080/x',
    "mailto:o'brien@a.example",
    'mailto:a@b.example?subject=x&body=a%20b_c',
    'https://a.example/~ada/x,y;z',
  ])('%s', (address) => {
    expect(hrefs(`see ${address} there`)).toEqual([address]);
    expect(hrefs(`(${address})`)).toEqual([address]);
    expect(hrefs(`**${address}**, _${address}_; ~~${address}~~`)).toEqual([address, address, address]);
    if (!/[()]/.test(address)) expect(hrefs(`[l](${address})`)).toEqual([address]);
  });

  test('in parentheses after a label, with quotes and parentheses in it', () => {
    expect(hrefs("[l](https://a.example/as'd/23-(23))")).toEqual(["https://a.example/as'd/23-(23)"]);
  });
});

describe('an address ends before the sign that encloses it', () => {
  test.each([
    ['"', '"'],
    ["'", "'"],
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
    ['<', '>'],
    ['`x` (', ')'],
    ['“', '”'],
    ['‘', '’'],
    ['„', '“'],
    ['»', '«'],
    ['«', '»'],
    ['「', '」'],
    ['『', '』'],
    ['【', '】'],
    ['《', '》'],
    ['（', '）'],
    ['⟨', '⟩'],
  ])('%s…%s', (open, close) => {
    for (const after of ['', ' and', '.', ', and', '然后', 'ada', '/y']) {
      if (after === 'ada' && close !== '"' && close !== ')') continue;
      if (after === '/y' && close === '’') continue;
      expect(hrefs(`${open}${ADDRESS}${close}${after}`), after).toEqual([ADDRESS]);
    }
  });

  test('in JSON and HTML', () => {
    expect(hrefs(`{"url":"${ADDRESS}","b":1}`)).toEqual([ADDRESS]);
    expect(hrefs(`<a href='${ADDRESS}'>x</a>`)).toEqual([ADDRESS]);
    expect(hrefs(`["see ${ADDRESS}","b"]`)).toEqual([ADDRESS]);
  });
});

test('an address survives any closing sign, sentence end, quote, space or invisible sign after it', () => {
  const ends =
    /^(?:[.,:;!?'"*)}\]<>\s`\\|～]|(?![\0-\x7f])[\p{Pe}\p{Pf}\p{Pi}\p{Po}\p{Ps}\p{Pd}\p{Term}\p{Z}\p{Cc}])$/u;
  const invisible = /^\p{DI}$/u;
  const codes = [...Array(0x1_00_00).keys(), 0x10a50, 0x11047, 0x1da88, 0xe0061];
  const wrong = codes.filter((code) => {
    const char = String.fromCodePoint(code);
    if (/[\n\r]/.test(char) || !(ends.test(char) || invisible.test(char))) return false;
    return [`${ADDRESS}${char}`, `${ADDRESS}${char} and`, `(${ADDRESS}${char})`, `${ADDRESS}.${char}`].some(
      (text) => hrefs(text).join() !== ADDRESS,
    );
  });
  expect(wrong.map((code) => code.toString(16))).toEqual([]);
});

test('a sentence end of another script ends an address, whatever follows', () => {
  for (const sign of '،؛؟।。！？；：，、）」”') {
    expect(hrefs(`${ADDRESS}${sign}然后 x`), sign).toEqual([ADDRESS]);
  }
});

describe('an underscore or tilde at the end', () => {
  test.each([
    'https://youtu.be/abcdefghij_',
    'https://a.example/__init__',
    'https://a.example/x~',
    'https://a.example/x~~',
    'mailto:a@b.example?subject=x_',
  ])('belongs to %s', (address) => {
    for (const after of ['', ' x', '.', ')', ', _y_', '|'])
      expect(hrefs(`(${address}${after}`)).toEqual([address]);
    expect(hrefs(`**${address}** and *${address}*`)).toEqual([address, address]);
  });

  test.each([
    ['_https://a.example/x_', 'italic(https://a.example/x)'],
    ['_see https://a.example/x_.', 'italic(see https://a.example/x).'],
    ['~~https://a.example/x_~~', 'strike(https://a.example/x_)'],
    ['**https://a.example/x~**', 'bold(https://a.example/x~)'],
    ['_~~https://a.example/x~~_', 'italic(strike(https://a.example/x))'],
    ['**_https://a.example/x_**', 'bold(italic(https://a.example/x))'],
    ['_a_ https://a.example/x_', 'italic(a) https://a.example/x_'],
    ['~~a~~ https://a.example/x~~', 'strike(a) https://a.example/x~~'],
  ])('closes the mark before the address: %s', (text, tree) => {
    expect(kinds(text)).toBe(tree);
  });
});

test.each(['|', ',', ';', '～', '〜', ' | ', '||'])('two addresses with %j between them are two', (sign) => {
  const mail = 'mailto:ada@a.example?subject=x';
  const other = 'HTTP://b.example/y';
  expect(hrefs(`|${ADDRESS}${sign}${other}|`)).toEqual([ADDRESS, other]);
  expect(hrefs(`${other}${sign}${mail}${sign}${ADDRESS}`)).toEqual([other, mail, ADDRESS]);
  expect(hrefs(`（${ADDRESS}${sign}${ADDRESS}）`)).toEqual([ADDRESS, ADDRESS]);
});

test('a mail address has its fields, but not the question mark of a sentence', () => {
  expect(hrefs('at mailto:a@b.example?')).toEqual(['mailto:a@b.example']);
  expect(hrefs('at mailto:a@b.example?subject=x?')).toEqual(['mailto:a@b.example?subject=x']);
  expect(hrefs('[l](mailto:a@b.example?subject=(x))')).toEqual(['mailto:a@b.example?subject=(x)']);
});

describe('two marks in a row touch any sign outside', () => {
  test.each([...'/,.;:-=+&|@#%!?→·、—)('])('**a**%s**b**', (sign) => {
    expect(kinds(`**a**${sign}**b**`)).toBe(`bold(a)${sign}bold(b)`);
    expect(kinds(`~~a~~${sign}~~b~~`)).toBe(`strike(a)${sign}strike(b)`);
    expect(kinds(`***a***${sign}***b***`)).toBe(`italic(bold(a))${sign}italic(bold(b))`);
  });

  test.each([...',;:、'])('and single ones a comma or the like: *a*%s*b*', (sign) => {
    expect(kinds(`*a*${sign}_b_`)).toBe(`italic(a)${sign}italic(b)`);
  });

  test.each([
    '**/*.ts,**/*.js',
    '{*.ts,*.js}',
    'f(x,**kw),g(y,**kw)',
    'int *p,*q;',
    '(a)**2+(b)**2',
    'a**b/c**d',
  ])('but %s stays text', (text) => {
    expect(kinds(text)).toBe(text);
  });
});

function hrefs(text: string): string[] {
  const found = (nodes: readonly (MarkupBlock | MarkupInline)[]): string[] =>
    nodes.flatMap((node) => [
      ...('href' in node ? [node.href] : []),
      ...('children' in node ? found(node.children) : []),
    ]);
  return found(parseMarkup(text));
}

function kinds(text: string): string {
  const drawn = (nodes: readonly (MarkupBlock | MarkupInline)[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'text') return node.text;
        if (node.kind === 'address') return node.href;
        const inner = 'children' in node ? drawn(node.children) : '';
        return node.kind === 'paragraph' ? inner : `${node.kind}(${inner})`;
      })
      .join('');
  return drawn(parseMarkup(text));
}
