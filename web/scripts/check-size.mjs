// Prints what the first load of Ask weighs (gzip) and fails above the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = 250 * 1024; // bytes
const ENTRIES = ["index.html", "src/app/routes/asking-layout.tsx", "src/app/routes/ask.tsx"];

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const files = new Set(["index.html", "first-paint.js"]);
function follow(name) {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`The build has no chunk ${name}; is ENTRIES up to date?`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  chunk.css?.forEach((file) => files.add(file));
  chunk.imports?.forEach(follow);
}
ENTRIES.forEach(follow);

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(new URL(file, dist))).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KB  ${file}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  first load of Ask, gzipped; budget ${BUDGET / 1024} KB`);
if (total > BUDGET) process.exit(1);
