// SPDX-License-Identifier: Apache-2.0
/*
 * Pictures, kept at half their size as WebP.  A pixel differs when a channel
 * is off by more than `step`; a picture differs when one block of 16 x 16
 * stored pixels has more than `share` of such pixels, or its height does.
 * The browser itself reads, shrinks and compares: no other program is needed.
 */
/* global createImageBitmap, Blob, OffscreenCanvas, ImageData */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const stored = fileURLToPath(new URL("../../tests/browser/pictures/", import.meta.url));
const tolerance = { step: 56, share: 0.12, height: 2, block: 16 };
const writing = process.env.CAMELEER_PICTURES === "write";
const logs = process.env.CAMELEER_LOGS;

/** Runs in the browser, in a page of its own. */
async function weigh({ shot, kept, tolerance }) {
	const read = async (text, type) =>
		createImageBitmap(new Blob([Uint8Array.fromBase64(text)], { type }));
	const encode = async (canvas) =>
		new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.6 })).arrayBuffer()).toBase64();
	const draw = (image, width, height) => {
		const canvas = new OffscreenCanvas(width, height);
		const context = canvas.getContext("2d");
		context.imageSmoothingQuality = "high";
		context.drawImage(image, 0, 0, width, height);
		return { canvas, data: context.getImageData(0, 0, width, height).data };
	};
	const full = await read(shot, "image/png");
	const [width, height] = [Math.round(full.width / 2), Math.round(full.height / 2)];
	const seen = draw(full, width, height);

	if (kept === null) return { seen: await encode(seen.canvas), worst: 1 };
	const old = await read(kept, "image/webp");
	const size = `${old.width} x ${old.height}, now ${width} x ${height}`;
	if (old.width !== width || Math.abs(old.height - height) > tolerance.height)
		return { seen: await encode(seen.canvas), worst: 1, size };
	const low = Math.min(height, old.height);
	const before = draw(old, old.width, old.height);
	const [columns, rows] = [Math.ceil(width / tolerance.block), Math.ceil(low / tolerance.block)];
	const blocks = new Uint16Array(columns * rows);
	const marked = new ImageData(width, low);

	for (let y = 0; y < low; y++)
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			let off = 0;
			for (let c = 0; c < 3; c++) off = Math.max(off, Math.abs(seen.data[at + c] - before.data[at + c]));
			marked.data.set(off > tolerance.step ? [255, 0, 80, 255] : [seen.data[at], seen.data[at], seen.data[at], 60], at);
			if (off > tolerance.step) blocks[Math.floor(y / tolerance.block) * columns + Math.floor(x / tolerance.block)]++;
		}
	const worst = Math.max(...blocks) / tolerance.block ** 2;
	if (worst <= tolerance.share) return { worst };
	const diff = new OffscreenCanvas(width, low);
	diff.getContext("2d").putImageData(marked, 0, 0);
	return { worst, seen: await encode(seen.canvas), diff: await encode(diff) };
}

/** What is wrong with a picture, or nothing; keeps what shows it. */
export async function comparePicture(bench, name, shot) {
	const path = join(stored, `${name}.webp`);
	const kept = !writing && existsSync(path) ? readFileSync(path).toString("base64") : null;
	const found = await bench.evaluate(weigh, { shot: shot.toString("base64"), kept, tolerance });

	if (writing) {
		mkdirSync(stored, { recursive: true });
		writeFileSync(path, Buffer.from(found.seen, "base64"));
		return "";
	}
	if (kept && found.worst <= tolerance.share) return "";
	if (logs) {
		const folder = join(logs, "pictures");
		mkdirSync(folder, { recursive: true });
		if (kept) writeFileSync(join(folder, `${name}.stored.webp`), Buffer.from(kept, "base64"));
		for (const part of ["seen", "diff"])
			if (found[part]) writeFileSync(join(folder, `${name}.${part}.webp`), Buffer.from(found[part], "base64"));
	}
	if (!kept) return `there is no ${path}; CAMELEER_PICTURES=write makes it`;
	return found.size ? `it was ${found.size}` : `a block of it differs by ${Math.round(found.worst * 100)} %`;
}
