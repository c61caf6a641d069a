// SPDX-License-Identifier: Apache-2.0
/*
 * node first-load.mjs DIST [-v]: what a browser loads to show the sign-in
 * page - the page, scripts and styles, without fonts - must stay small.
 * Prints the sum, with -v each file; fails above the limit.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const limit = 120_000;
const [dist, verbose] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(new URL("./.dist-manifest.json", import.meta.url), "utf8"));
const files = new Set(["index.html", "theme.js", "icon.svg"]);

/** A chunk, its styles, and every chunk that it imports at once. */
function add(key) {
	const chunk = manifest[key];

	if (!chunk) throw new Error(`no ${key} in the build`);
	if (files.has(chunk.file)) return;
	files.add(chunk.file);
	for (const style of chunk.css ?? []) files.add(style);
	for (const other of chunk.imports ?? []) add(other);
}

// The sign-in page is a static part of what index.html starts.
add("index.html");

let gzip = 0;
let brotli = 0;

for (const name of [...files].sort()) {
	const file = join(dist, name);
	const size = gzipSync(readFileSync(file), { level: 9 }).length;

	gzip += size;
	brotli += existsSync(`${file}.br`) ? statSync(`${file}.br`).size : size;
	if (verbose) console.log(String(size).padStart(8), name);
}
console.log(`first load: ${gzip} bytes gzip, ${brotli} brotli, in ${files.size} files; limit ${limit} gzip`);
process.exitCode = gzip > limit ? 1 : 0;
