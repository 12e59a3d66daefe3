// `make minify-check`: runs the minifiers over files of npm packages, compares what they make of them in meaning, and prints sizes
// beside those of others. Nothing is written but below target/minify-check, where the packages are.
//
//   node check.mjs FOLDER CLASSPATH [a part of the names of the files]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { createRequire } from 'node:module';

const [folder, classpath, part = ''] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, 'package.json'));
const compare = await import(path.resolve(folder, 'compare.mjs'));
const OCTETS_MAX = 4 << 20;
const FILES_MAX = { JS: 20000, CSS: 1000, HTML: 400, SVG: 12000, JSON: 1000 };
const LANGUAGES = { '.js': 'JS', '.mjs': 'JS', '.cjs': 'JS', '.css': 'CSS', '.html': 'HTML', '.htm': 'HTML', '.svg': 'SVG', '.json': 'JSON' };

const SHOWN = {
    JS: ['jquery/dist/jquery.js', 'lodash/lodash.js', 'react-dom/umd/react-dom.development.js', 'vue/dist/vue.global.js', 'd3/dist/d3.js', 'moment/moment.js',
        'bootstrap/dist/js/bootstrap.js', 'jquery/dist/jquery.min.js'],
    CSS: ['bootstrap/dist/css/bootstrap.css', 'normalize.css/normalize.css', 'animate.css/animate.css', 'bulma/css/bulma.css', 'bootstrap/dist/css/bootstrap.min.css'],
    HTML: ['startbootstrap-sb-admin-2/index.html', 'startbootstrap-clean-blog/dist/index.html', 'reveal.js/demo.html'],
    SVG: ['startbootstrap-sb-admin-2/img/undraw_posting_photo.svg', 'foundation-sites/docs/assets/img/yeti.svg', 'leaflet/src/images/logo.svg'],
    JSON: ['mdn-data/css/properties.json', 'world-atlas/countries-110m.json', 'caniuse-lite/package.json'],
};

function filesBelow(root) {
    const counts = { JS: 0, CSS: 0, HTML: 0, SVG: 0, JSON: 0 };
    const found = [];
    const visit = (where) => {
        for (const entry of fs.readdirSync(where, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
            const file = path.join(where, entry.name);
            const language = LANGUAGES[path.extname(entry.name)];
            if (entry.isDirectory()) {
                visit(file);
            } else if (entry.isFile() && language && file.includes(part)) {
                const size = fs.statSync(file).size;
                const shown = SHOWN[language].some((name) => file.endsWith(`node_modules/${name}`));
                if (size > 0 && size <= OCTETS_MAX && (shown || counts[language]++ < FILES_MAX[language])) {
                    found.push({ language, file, name: path.relative(root, file) });
                }
            }
        }
    };
    visit(root);
    return found;
}

function minifyAll(files) {
    const out = path.join(folder, 'out');
    fs.rmSync(out, { recursive: true, force: true });
    fs.mkdirSync(out);
    files.forEach((entry, i) => {
        entry.out = path.join(out, String(i));
    });
    const list = path.join(folder, 'list.txt');
    fs.writeFileSync(list, files.map((entry) => `${entry.language}\t${entry.file}\t${entry.out}\n`).join(''));
    const lines = execFileSync('java', ['-cp', classpath, 'weir.filter.minify.MinifyFiles', list], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n');
    const speeds = {};
    let i = 0;
    for (const line of lines) {
        if (line.startsWith('# ')) {
            const [language, speed] = line.slice(2).split('\t');
            speeds[language] = speed;
        } else {
            const [before, after, stop] = line.split('\t');
            Object.assign(files[i++], { before: Number(before), after: Number(after), stop });
        }
    }
    return speeds;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(file) {
    const octets = fs.readFileSync(file);
    try {
        return utf8.decode(octets);
    } catch {
        return octets.toString('latin1');
    }
}

function compareAll(files) {
    const sums = {};
    let faults = 0;
    for (const entry of files) {
        const sum = (sums[entry.language] ??= { files: 0, shorter: 0, short: 0, alone: 0, broken: 0, faults: 0, before: 0, after: 0 });
        sum.files++;
        sum.before += entry.before;
        sum.after += entry.after < 0 ? entry.before : entry.after;
        if (entry.after < 0) {
            sum[entry.stop ? 'alone' : 'short']++;
            entry.alone = entry.stop;
            continue;
        }
        sum.shorter++;
        let difference;
        try {
            difference = compare[entry.language.toLowerCase()](text(entry.file), text(entry.out));
        } catch (error) {
            difference = `${error}`;
        }
        if (difference === null) {
            sum.broken++;
        } else if (difference) {
            sum.faults++;
            faults++;
            console.log(`NOT THE SAME ${entry.name} (${entry.out}): ${difference.slice(0, 400)}`);
        }
    }
    return { sums, faults };
}

function gzip(octets) {
    return zlib.gzipSync(octets, { level: 6 }).length;
}

const OTHERS = {
    JS: {
        'terser, nothing renamed': async (code) => (await require('terser').minify(code, { compress: false, mangle: false })).code,
        'esbuild, white space': async (code) => require('esbuild').transformSync(code, { minifyWhitespace: true, legalComments: 'inline' }).code,
    },
    CSS: {
        csso: async (code) => require('csso').minify(code).css,
        lightningcss: async (code) => require('lightningcss').transform({ filename: 'x.css', code: Buffer.from(code), minify: true, errorRecovery: true }).code,
    },
    HTML: {
        'html-minifier-terser': async (code) => require('html-minifier-terser').minify(code, {
            collapseWhitespace: true, conservativeCollapse: true, removeComments: true, minifyCSS: true, minifyJS: true, removeAttributeQuotes: true,
        }),
    },
    SVG: { svgo: async (code) => require('svgo').optimize(code).data },
    JSON: { 'JSON.stringify': async (code) => JSON.stringify(JSON.parse(code)) },
};

async function sizes(files) {
    for (const [language, names] of Object.entries(SHOWN)) {
        const others = Object.entries(OTHERS[language]);
        const rows = [];
        for (const name of names) {
            const entry = files.find((each) => each.name === name);
            if (!entry) {
                continue;
            }
            const before = fs.readFileSync(entry.file);
            const after = entry.after < 0 ? before : fs.readFileSync(entry.out);
            const cells = [name, before.length, after.length];
            for (const [, minify] of others) {
                try {
                    cells.push(Buffer.byteLength(await minify(before.toString())));
                } catch (error) {
                    cells.push('refused');
                }
            }
            cells.push(gzip(before), gzip(after));
            rows.push(`| ${cells.join(' | ')} |`);
        }
        if (rows.length) {
            console.log(`\n| ${language} | bytes | weir | ${others.map(([name]) => name).join(' | ')} | gzip before | gzip after |`);
            console.log(`|${'---|'.repeat(others.length + 5)}`);
            console.log(rows.join('\n'));
        }
    }
}

const files = filesBelow(path.join(folder, 'node_modules'));
const speeds = minifyAll(files);
const { sums, faults } = compareAll(files);
console.log('\n| | files | shorter | short already | not understood | broken before | of the bytes | MB/s |\n|---|---|---|---|---|---|---|---|');
for (const [language, sum] of Object.entries(sums)) {
    console.log(`| ${language} | ${sum.files} | ${sum.shorter} | ${sum.short} | ${sum.alone} | ${sum.broken} | ${(100 * sum.after / sum.before).toFixed(1)} % | ${speeds[language]} |`);
}
if (process.env.ALONE) {
    for (const entry of files.filter((each) => each.alone)) {
        const octets = fs.readFileSync(entry.file);
        const stop = Number(entry.stop);
        const around = (from, to) => JSON.stringify(octets.subarray(Math.max(0, from), to).toString());
        console.log(`left alone ${entry.name} at ${stop}: ${around(stop - 60, stop)} ${around(stop, stop + 30)}`);
    }
}
if (!part) {
    await sizes(files);
}
process.exitCode = faults ? 1 : 0;
