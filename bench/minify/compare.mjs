// Compares two texts in meaning, each language with a parser that nobody here wrote. Each function returns '' where they mean the
// same, else what differs; null where the first one is broken, so that there is nothing to compare.
import * as acorn from 'acorn';
import * as csstree from 'css-tree';
import { transform } from 'lightningcss';
import { parse } from 'parse5';
import saxes from 'saxes';

function parseScript(text) {
    for (const sourceType of ['script', 'module']) {
        try {
            return acorn.parse(text, { ecmaVersion: 'latest', sourceType, allowReturnOutsideFunction: true, allowHashBang: true });
        } catch {
            // the other one, then
        }
    }
    return null;
}

const PLACES = new Set(['start', 'end', 'loc', 'range', 'sourceFile']);

function treeDifference(a, b, path = '') {
    if (a === b || (a !== a && b !== b)) {
        return '';
    }
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
        return `${path}: ${String(a).slice(0, 80)} and ${String(b).slice(0, 80)}`;
    }
    if (a instanceof RegExp && b instanceof RegExp) {
        return String(a) === String(b) ? '' : `${path}: ${a} and ${b}`;
    }
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) {
        const difference = PLACES.has(key) ? '' : treeDifference(a[key], b[key], `${path}.${key}`);
        if (difference) {
            return difference;
        }
    }
    return '';
}

export function js(before, after) {
    const tree = parseScript(before);
    if (tree === null) {
        return parseScript(after) === null ? null : 'broken before, and not after';
    }
    return treeDifference(tree, parseScript(after));
}

export function json(before, after) {
    let value;
    try {
        value = JSON.parse(before);
    } catch {
        return null;
    }
    return treeDifference(value, JSON.parse(after));
}

// What the parser leaves raw, without comments, and without the white space that says nothing.
function plainText(text) {
    const tokens = [];
    csstree.tokenize(text, (type, start, end) => {
        const token = text.slice(start, end);
        if (token.startsWith('/*') || token === '\u0001') {
            return;
        }
        if (!/^\s+$/.test(token)) {
            tokens.push(token.replace(/^([+-]?)0\./, '$1.').replace(/^#(.)\1(.)\2(.)\3$/, '#$1$2$3'));
        } else if (tokens[tokens.length - 1] !== ' ') {
            tokens.push(' ');
        }
    });
    const free = /^([,:>+~/!;{}]|$)/;
    return tokens.filter((token, i) => token !== ' ' || !(free.test(tokens[i - 1] ?? '') || free.test(tokens[i + 1] ?? '') || /[([]$/.test(tokens[i - 1])
            || /^[)\]]/.test(tokens[i + 1]))).join('\u0001').replace(/(;\u0001)+(?=[;}])/g, '');
}

// What is the same in another notation: 0.5 and .5, #ffffff and #fff; values that the parser leaves raw, but for their ends.
function plainTree(text) {
    const tree = csstree.parse(text, { parseCustomProperty: false, parseAtrulePrelude: true });
    csstree.walk(tree, {
        leave(node, item, list) {
            if (node.type === 'Number' || node.type === 'Dimension' || node.type === 'Percentage') {
                node.value = node.value.replace(/^([+-]?)0\./, '$1.');
            } else if (node.type === 'Hash' && /^([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3(([0-9a-f])\5)?$/i.test(node.value)) {
                node.value = node.value.replace(/(.)./g, '$1');
            } else if (node.type === 'Raw') {
node.value = plainText(node.value);
            } else if (node.type === 'Comment' && list) {
                list.remove(item);
            }
        },
    });
    return plainText(csstree.generate(tree));
}

function byLightning(text) {
    try {
        return plainText(transform({ filename: 'x.css', code: Buffer.from(text), minify: true, errorRecovery: true }).code.toString());
    } catch {
        return null;
    }
}

function textDifference(a, b) {
    if (a === b) {
        return '';
    }
    let i = 0;
    while (a[i] === b[i]) {
        i++;
    }
    return `${a.slice(Math.max(0, i - 40), i + 60)}  and  ${b.slice(Math.max(0, i - 40), i + 60)}`;
}

export function cssTree(before, after) {
    return textDifference(plainTree(before), plainTree(after));
}

export function css(before, after) {
    const lightning = byLightning(before);
    return cssTree(before, after) || (lightning === null ? '' : textDifference(lightning, byLightning(after) ?? 'refused'));
}

const KEPT = new Set(['pre', 'listing', 'code', 'samp', 'kbd', 'tt', 'svg', 'math', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript']);
const HEAD = new Set(['html', 'head']);

function sameScript(a, b, attributes) {
    const type = attributes.find((attribute) => attribute.name === 'type')?.value ?? '';
    return a === b || (/json|importmap|rules/.test(type) ? json(a, b) : js(a, b)) === '';
}

function children(node, kept) {
    const list = [];
    for (const child of (node.content ?? node).childNodes ?? []) {
        const last = list[list.length - 1];
        if (child.nodeName === '#comment') {
            if (kept || !/^\s+[\w<=*~+.(\u0080-\uffff-]/.test(child.data)) {
                list.push(child);
            }
        } else if (child.nodeName === '#text' && last?.nodeName === '#text') {
            last.value += child.value;
        } else {
            list.push(child.nodeName === '#text' ? { nodeName: '#text', value: child.value } : child);
        }
    }
    if (!kept) {
        for (const child of list) {
            child.value = child.value?.replace(/[ \t\n\f\r]+/g, ' ');
        }
    }
    return list.filter((child) => !(HEAD.has(node.nodeName) && child.value === ' '));
}

function nodeDifference(a, b, kept) {
    if (a.nodeName !== b.nodeName || (a.value ?? a.data) !== (b.value ?? b.data)) {
        return `${a.nodeName} ${a.value ?? a.data} and ${b.nodeName} ${b.value ?? b.data}`;
    }
    if (treeDifference(a.attrs, b.attrs)) {
        return `${a.nodeName} ${treeDifference(a.attrs, b.attrs)}`;
    }
    if (a.nodeName === 'script' || a.nodeName === 'style') {
        const x = a.childNodes[0]?.value ?? '';
        const y = b.childNodes[0]?.value ?? '';
        return x === y || (a.nodeName === 'style' ? css(x, y) === '' : sameScript(x, y, a.attrs)) ? '' : `in a ${a.nodeName}: ${x.slice(0, 80)}`;
    }
    const inside = kept || KEPT.has(a.nodeName);
    const left = children(a, inside);
    const right = children(b, inside);
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
        const difference = !left[i] || !right[i] ? `${a.nodeName} has ${left.length} and ${right.length}` : nodeDifference(left[i], right[i], inside);
        if (difference) {
            return difference;
        }
    }
    return '';
}

export function html(before, after) {
    return nodeDifference(parse(before), parse(after), false);
}

const TEXTS = new Set(['text', 'title', 'desc', 'style', 'script', 'foreignObject', 'metadata', 'flowRoot']);

function events(text) {
    const list = [];
    const open = [];
    let kept = 0;
    const parser = new saxes.SaxesParser();
    parser.on('error', (error) => {
        throw error;
    });
    parser.on('opentag', (tag) => {
        open.push(kept);
        kept += TEXTS.has(tag.name.replace(/.*:/, '')) || tag.attributes['xml:space'] ? 1 : 0;
        list.push([tag.name, tag.attributes]);
    });
    parser.on('closetag', (tag) => {
        kept = open.pop();
        list.push(`/${tag.name}`);
    });
    parser.on('text', (value) => {
        if (kept || value.trim()) {
            list.push(`text ${value}`);
        }
    });
    parser.on('cdata', (value) => list.push(`cdata ${value}`));
    parser.on('processinginstruction', (value) => list.push(value));
    parser.on('doctype', (value) => list.push(`doctype ${value}`));
    parser.on('xmldecl', (value) => list.push(value));
    parser.write(text).close();
    return list;
}

export function svg(before, after) {
    let list;
    try {
        list = events(before);
    } catch {
        return null;
    }
    return treeDifference(list, events(after));
}
