// SPDX-License-Identifier: Apache-2.0
/*
 * node compress.mjs DIR: gives every text file a .gz and a .br beside it, the
 * smallest that zlib and brotli make; what does not shrink gets none.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const texts = /\.(html|css|js|mjs|svg|json|webmanifest|txt)$/;
const [directory] = process.argv.slice(2);

for (const name of readdirSync(directory, { recursive: true })) {
	if (!texts.test(name)) continue;
	const file = join(directory, name);
	const plain = readFileSync(file);
	const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };

	for (const [suffix, packed] of [
		[".gz", gzipSync(plain, { level: 9 })],
		[".br", brotliCompressSync(plain, { params })],
	]) {
		if (packed.length < plain.length) writeFileSync(file + suffix, packed);
	}
}
