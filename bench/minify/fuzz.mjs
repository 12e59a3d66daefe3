// A part of `make minify-check`: other white space and comments between the tokens of scripts and style sheets, and now and then a
// token less, from a seed; what parses is minified, and compared with what it was.
//
//   node fuzz.mjs FOLDER CLASSPATH SEED ROUNDS
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [folder, classpath, seed, rounds] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, 'package.json'));
const compare = await import(path.resolve(folder, 'compare.mjs'));
const acorn = require('acorn');
const csstree = require('css-tree');
const PIECE_MAX = 6000;

let state = Number(seed) >>> 0;
function random(bound) {                                               // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
}

const GAPS = {
    JS: ['', ' ', '\n', '\n', ' \n ', '/*a*/', '/*\n*/', '//a\n', ' /* b */ ', '\n/*!k*/', '/*!k*/', '//!k\n', '/*!\n*/', '\r\n', '/**/\n'],
    CSS: ['', ' ', '\n', '\t ', '/*a*/', ' /*a*/', '/*a*/ ', ' /*a*/ ', '/*!k*/', ' /*!k*/ '],
};
const TOKENS = {
    JS: [';', '}', '{', '(', ')', '[', ']', ',', 'a', '++', '--', '+', '-', '/', '/a/', '`x`', '`${', '1', '.', '.5', 'async', 'of', 'yield', 'return', 'function', 'class', '=>',
        'static', 'get', ':', '?', '*', '=', 'in', 'if(a)', 'do', 'while(a)', 'else', '#a', '<', '!', '"s"', 'await', 'let', 'break', 'continue', '?.', '...'],
    CSS: [';', '}', '{', '(', ')', '[', ']', ',', ':', 'a', '--a', '--a:', '0.5', '#ffffff', '+', '>', '~', '/', '*', '!', '.', '&', '@media', 'calc(', '"s"', '-', '1', '%', '|', '=', '\\31 '],
};

function jsTokens(text) {
    const list = [];
    let last = 0;
    for (const token of acorn.tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module' })) {
        list.push({ gap: text.slice(last, token.start), text: text.slice(token.start, token.end), type: token.type.label });
        last = token.end;
    }
    return list;
}

function cssTokens(text) {
    const list = [];
    csstree.tokenize(text, (type, start, end) => {
        const comment = text.startsWith('/*', start);
        if (type !== 13 && !comment) {
            list.push({ gap: list.length && /\s|\//.test(text[start - 1]) ? ' ' : '', text: text.slice(start, end), type: '' });
        }
    });
    return list;
}

function mutate(tokens, language) {
    let out = '';
    const often = 1 + random(12);
    const broken = random(3) === 0;
    for (const token of tokens) {
        const inTemplate = token.type === 'template' || token.type === '`' && out.endsWith('`') || token.type === '${';
        const any = random(often) === 0;
        out += inTemplate || token.type === '}' && language === 'JS' && !any ? token.gap : any ? GAPS[language][random(GAPS[language].length)] : token.gap;
        if (broken && random(40) === 0) {
            out += random(2) ? `${TOKENS[language][random(TOKENS[language].length)]}${random(2) ? ' ' : ''}` : '';
            if (random(2)) {
                continue;
            }
        }
        out += token.text;
    }
    return out;
}

function sources() {
    const found = { JS: [], CSS: [] };
    const visit = (where) => {
        for (const entry of fs.readdirSync(where, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
            const file = path.join(where, entry.name);
            const language = /\.m?js$/.test(entry.name) ? 'JS' : /\.css$/.test(entry.name) ? 'CSS' : null;
            if (entry.isDirectory()) {
                visit(file);
            } else if (language && entry.isFile() && fs.statSync(file).size < PIECE_MAX * 4) {
                found[language].push(file);
            }
        }
    };
    visit(path.join(folder, 'node_modules'));
    return found;
}

const out = path.join(folder, 'fuzz');
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out);
const found = sources();
const cases = [];
while (cases.length < Number(rounds)) {
    const language = random(4) ? 'JS' : 'CSS';
    const small = found[language].filter((file) => language === 'CSS' || file.includes('test262') || random(8) === 0);
    const file = small[random(small.length)];
    let tokens;
    try {
        tokens = language === 'JS' ? jsTokens(fs.readFileSync(file, 'utf8')) : cssTokens(fs.readFileSync(file, 'utf8'));
    } catch {
        continue;
    }
    for (let i = 0; i < 6; i++) {
        const text = mutate(tokens, language);
        const name = path.join(out, String(cases.length));
        fs.writeFileSync(name, text);
        cases.push({ language, text, file, name });
    }
}
fs.writeFileSync(path.join(out, 'list.txt'), cases.map((each) => `${each.language}\t${each.name}\t${each.name}.out\n`).join(''));
execFileSync('java', ['-cp', classpath, 'weir.filter.minify.MinifyFiles', path.join(out, 'list.txt')], { encoding: 'utf8', maxBuffer: 1 << 28 });
let faults = 0;
let compared = 0;
for (const each of cases) {
    if (fs.existsSync(`${each.name}.out`)) {
        let difference;
        try {
            // Not by lightningcss here: it makes one rule of two where the comments in their values are the same.
            difference = (each.language === 'JS' ? compare.js : compare.cssTree)(each.text, fs.readFileSync(`${each.name}.out`, 'utf8'));
        } catch (error) {
            difference = `${error}`;
        }
        compared += difference === null ? 0 : 1;
        if (difference) {
            faults++;
            console.log(`NOT THE SAME (seed ${seed}) ${each.name} of ${each.file}: ${difference.slice(0, 300)}`);
        }
    }
}
console.log(`${cases.length} texts from seed ${seed}: ${compared} made shorter and compared, ${faults} not the same`);
process.exitCode = faults ? 1 : 0;
