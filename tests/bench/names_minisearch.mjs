// The peer: minisearch with fuzzy .25 over the same files, one core.
//   bench_names dump 100000 20000 1 FOLDER; npm install minisearch; node names_minisearch.mjs FOLDER [QUERIES]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(join(process.cwd(), 'names.cjs'));
const MiniSearch = require('minisearch');
const [folder, limit = '400'] = process.argv.slice(2);
const rows = (name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map((l) => l.split('\t'));
const fold = (s) => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

const before = process.memoryUsage().rss;
let start = process.cpuUsage();
const index = new MiniSearch({ fields: ['name'], searchOptions: { fuzzy: 0.25 } });
index.addAll(rows('registrants.tsv').map(([id, name]) => ({ id: Number(id), name: fold(name) })));
let used = process.cpuUsage(start);
console.log(`minisearch: indexed in ${((used.user + used.system) / 1e6).toFixed(1)} s`);

const queries = rows('mentions.tsv').slice(0, Number(limit));
const classes = {};
let right = 0;
let all = 0;
start = process.cpuUsage();
for (const [person, variant, name] of queries) {
  const best = index.search(fold(name))[0];
  if (person === '-1') continue;
  const c = (classes[variant] ??= { n: 0, right: 0 });
  const ok = best !== undefined && best.id === Number(person);
  c.n++;
  c.right += ok;
  all++;
  right += ok;
}
used = process.cpuUsage(start);
const seconds = (used.user + used.system) / 1e6;
console.log(`minisearch: ${(queries.length / seconds).toFixed(0)} mentions/s, recall@1 ${(right / all).toFixed(4)}, ` +
  `${((process.memoryUsage().rss - before) / 1e6).toFixed(0)} MB more`);
for (const [name, c] of Object.entries(classes)) console.log(`  ${name.padEnd(12)} ${(c.right / c.n).toFixed(4)} of ${c.n}`);
