/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the log of a pod, as the API gives it with timestamps=true. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "modules/worker/log_text.h"
#include "modules/worker/kube/kube_log.h"

#define SECOND_NS	INT64_C(1000000000)
#define SECONDS_MAX	INT64_C(9000000000)	/* fits into 63 bits, as ns */
#define TIME_LENGTH	19	/* 2026-01-01T00:00:00 */

bool
kube_log_time(struct str text, int64_t *ns, size_t *used)
{
	int64_t second, part = 0, unit = SECOND_NS / 10;
	size_t i;

	if (!log_time(text.p, text.len, &second, used) || second > SECONDS_MAX)
		return false;
	if (text.p[TIME_LENGTH] == '.')
		for (i = TIME_LENGTH + 1; i < *used && text.p[i] >= '0' &&
		    text.p[i] <= '9'; i++, unit /= 10)
			part += (text.p[i] - '0') * unit;
	*ns = second * SECOND_NS + part;
	return true;
}

static const char *
time_text(struct ctx *ctx, int64_t ns)
{
	time_t second = (time_t)(ns / SECOND_NS);
	char text[TIME_LENGTH + 2];
	struct tm tm;

	if (gmtime_r(&second, &tm) == NULL || strftime(text, sizeof(text),
	    "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return NULL;
	return arena_text(ctx->mem, text, strlen(text));
}

/* line_keep - cleans the text, with a mark when its end was cut off */
static bool
line_keep(struct ctx *ctx, struct str text, struct runtime_line *line)
{
	size_t kept = text.len < KUBE_LINE_BYTES ? text.len : KUBE_LINE_BYTES;
	char *copy = arena_text(ctx->mem, text.p, kept);

	if (copy == NULL)
		return false;
	line->len = log_text_clean(copy, kept);
	line->text = copy;
	if (kept < text.len) {
		line->text = text_printf(ctx->mem,
		    "%s \xe2\x80\xa6 [%zu bytes more]", copy,
		    text.len - kept);
		line->len = line->text == NULL ? 0 : strlen(line->text);
	}
	if (line->text != NULL)
		line->level = log_text_level(line->text, line->len);
	return line->text != NULL;
}

/* line_cut - cuts off the first line; false: there is no whole one */
static bool
line_cut(struct str *rest, bool cut, struct str *line)
{
	const char *end = rest->len == 0 ? NULL : memchr(rest->p, '\n',
	    rest->len);

	if (rest->len == 0 || (end == NULL && cut))
		return false;
	*line = (struct str){ rest->p, end == NULL ? rest->len :
	    (size_t)(end - rest->p) };
	rest->p += line->len + (end != NULL);
	rest->len -= line->len + (end != NULL);
	return true;
}

enum err
kube_log_read(struct ctx *ctx, struct str text, bool cut, int64_t *at,
    struct runtime_log *log)
{
	struct str rest = text, line;
	struct runtime_line made;
	int64_t ns, last = *at;
	size_t used;

	while (line_cut(&rest, cut, &line)) {
		if (!kube_log_time(line, &ns, &used) || ns <= *at)
			continue;
		if (log->nlines == log->max) {
			log->more = true;
			break;
		}
		made = (struct runtime_line){ .time = time_text(ctx, ns) };
		used += used < line.len && line.p[used] == ' ';
		if (made.time == NULL || !line_keep(ctx, (struct str){
		    line.p + used, line.len - used }, &made))
			return fail(ctx, ERR_TOO_LARGE, NULL,
			    "no memory for a log");
		log->lines[log->nlines++] = made;
		last = ns;
	}
	log->more = log->more || cut;
	*at = last;
	return ERR_OK;
}
