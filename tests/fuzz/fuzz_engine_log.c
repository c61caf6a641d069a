/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's log stream: whatever a tenant's program and a broken engine
 * send, lines are UTF-8 without controls, bounded, and the same wherever the
 * stream is cut.
 *
 * Links: modules/worker/engine/engine_log.c
 * Links: modules/worker/engine/engine.c
 * Links: modules/worker/peer.c
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/engine/engine_log.h"
#include "tests/fuzz/fuzz.h"

#define LINES	16

struct run {
	struct log_parser	parser;
	struct runtime_line	lines[LINES];
	bool			good;
};

static void
run(struct run *r, struct ctx *ctx, const uint8_t *data, size_t size,
    size_t step)
{
	size_t at, n;

	memset(r, 0, sizeof(*r));
	r->parser = (struct log_parser){ .ctx = ctx, .lines = r->lines,
	    .max = LINES, .from = { 1795363187, 1 } };
	r->good = true;
	for (at = 0; r->good && at < size; at += n) {
		n = step < size - at ? step : size - at;
		r->good = log_parse(&r->parser, data + at, n);
	}
}

static void
check(const struct run *r)
{
	const struct runtime_line *line;
	size_t i, at;

	must(r->parser.nlines <= LINES);
	must(r->good == !(r->parser.full || r->parser.broken ||
	    r->parser.no_memory));
	for (i = 0; i < r->parser.nlines; i++) {
		line = &r->lines[i];
		must(line->len <= LOG_LINE_BYTES);
		must(strlen(line->time) == 20);
		must(str_utf8((struct str){ line->text, line->len }));
		for (at = 0; at < line->len; at++)
			must((unsigned char)line->text[at] >= 0x20 ||
			    line->text[at] == '\t');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run whole, pieces;
	struct ctx *ctx = ctx_new((size_t)4 << 20);
	size_t i;

	run(&whole, ctx, data, size, size + 1);
	run(&pieces, ctx, data, size, 1);
	check(&whole);
	check(&pieces);
	must(whole.good == pieces.good);
	must(whole.parser.nlines == pieces.parser.nlines);
	must(whole.parser.at.second == pieces.parser.at.second);
	must(whole.parser.at.seen == pieces.parser.at.seen);
	for (i = 0; i < whole.parser.nlines; i++)
		must(whole.lines[i].len == pieces.lines[i].len &&
		    memcmp(whole.lines[i].text, pieces.lines[i].text,
		    whole.lines[i].len) == 0);
	ctx_free(&ctx);
	return 0;
}
