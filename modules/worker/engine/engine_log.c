/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parser of log streams: the text is output of tenants, so it is hostile input.
 *
 * A frame is a byte for the stream, three zeros, a length, and text; a line
 * begins with its time if the request asked for it.  Docker cuts long lines
 * into frames, each with a time of its own; Podman does not.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/worker/engine/engine_call.h"
#include "modules/worker/engine/engine_log.h"
#include "modules/worker/log_text.h"

#define TIMEOUT_MS	20000
#define STREAM_BYTES_MAX	((size_t)256 << 20)

/* is_new - false: the line was seen before, or is not among the last ones */
static bool
is_new(struct log_parser *p, int64_t second)
{
	if (p->at.second == second)
		p->at.seen++;
	else
		p->at = (struct engine_cursor){ second, 1 };
	if (!p->passed) {
		if (second == p->from.second && p->at.seen == p->from.seen)
			p->found = true;
		if (second < p->from.second || (second == p->from.second &&
		    p->at.seen <= p->from.seen))
			return false;
		p->passed = true;
		p->lost = p->from.seen > 0 && !p->found;
	}
	p->seen++;
	if (p->skip > 0) {
		p->skip--;
		return false;
	}
	return p->lines != NULL;
}

static const char *
time_text(struct ctx *ctx, int64_t second)
{
	char text[32];
	time_t t = (time_t)second;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return NULL;
	return arena_text(ctx->mem, text, strlen(text));
}

/* keep_line - keeps the text, cleaned, with a mark when its end was cut off */
static void
keep_line(struct log_parser *p, struct str text, size_t cut, int64_t second,
    bool error)
{
	struct runtime_line *line = &p->lines[p->nlines];
	char *copy = arena_text(p->ctx->mem, text.p, text.len);

	line->time = time_text(p->ctx, second);
	if (copy != NULL && line->time != NULL) {
		line->len = log_text_clean(copy, text.len);
		line->text = cut == 0 ? copy : text_printf(p->ctx->mem,
		    "%s \xe2\x80\xa6 [%zu bytes more]", copy, cut);
	}
	if (copy == NULL || line->time == NULL || line->text == NULL) {
		p->no_memory = true;
		return;
	}
	if (cut > 0)
		line->len = strlen(line->text);
	line->level = log_text_level(line->text, line->len);
	line->error = error;
	p->nlines++;
	p->bytes += line->len;
}

/* end_line - takes a whole line with its time; false when there is no room */
static bool
end_line(struct log_parser *p, struct log_stream *stream, bool error)
{
	struct engine_cursor before = p->at;
	size_t used, len = stream->len, cut = stream->cut;
	const char *text = stream->text;
	int64_t second;

	if (!log_time(text, len, &second, &used)) {
		p->broken = true;
		return false;
	}
	stream->len = 0;
	stream->cut = 0;
	stream->begun = false;
	if (used < len && text[used] == ' ')
		used++;
	if (!is_new(p, second))
		return true;
	if (p->nlines == p->max || p->bytes + len - used > LOG_TEXT_BYTES) {
		p->at = before;
		p->full = true;
		return false;
	}
	keep_line(p, (struct str){ text + used, len - used }, cut, second,
	    error);
	return !p->no_memory;
}

static void
add_text(struct log_stream *stream, const char *data, size_t len)
{
	size_t room = sizeof(stream->text) - stream->len;

	if (len > room) {
		stream->cut += len - room;
		len = room;
	}
	memcpy(stream->text + stream->len, data, len);
	stream->len += len;
	stream->begun = true;
}

static bool
text_add(struct log_parser *p, const char *data, size_t len)
{
	bool error = p->head[0] == 2;
	struct log_stream *stream = &p->streams[error ? 1 : 0];
	const char *end;

	while (len > 0) {
		end = memchr(data, '\n', len);
		if (end == NULL) {
			add_text(stream, data, len);
			return true;
		}
		add_text(stream, data, (size_t)(end - data));
		if (!end_line(p, stream, error))
			return false;
		len -= (size_t)(end - data) + 1;
		data = end + 1;
	}
	return true;
}

/*
 * lead_add - collects the time at the beginning of a frame up to its blank,
 * since a frame that continues a line repeats the time, which is dropped.
 * Returns the number of bytes that it took.
 */
static size_t
lead_add(struct log_parser *p, const char *data, size_t len)
{
	size_t n = 0;

	while (n < len && p->leading) {
		p->lead[p->nlead++] = data[n++];
		p->leading = p->lead[p->nlead - 1] != ' ' &&
		    p->nlead < sizeof(p->lead);
	}
	if (n == p->left)		/* the frame ends with the time */
		p->leading = false;
	return n;
}

static bool
lead_is_time(const struct log_parser *p)
{
	int64_t second;
	size_t used;

	return log_time(p->lead, p->nlead, &second, &used) &&
	    used + 1 == p->nlead && p->lead[used] == ' ';
}

/* frame_add - takes some or all bytes of one frame */
static bool
frame_add(struct log_parser *p, const char *data, size_t len)
{
	size_t n;

	if (p->leading) {
		n = lead_add(p, data, len);
		if (p->leading)
			return true;
		if (!lead_is_time(p) && !text_add(p, p->lead, p->nlead))
			return false;
		data += n;
		len -= n;
	}
	return text_add(p, data, len);
}

static bool
begin_frame(struct log_parser *p)
{
	const unsigned char *h = p->head;

	p->nhead = 0;
	p->left = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 |
	    (uint32_t)h[6] << 8 | h[7];
	p->leading = p->streams[h[0] == 2 ? 1 : 0].begun;
	p->nlead = 0;
	p->broken = h[0] > 2 || h[1] != 0 || h[2] != 0 || h[3] != 0 ||
	    p->left > LOG_FRAME_MAX;
	return !p->broken;
}

bool
log_parse(void *arg, const void *bytes, size_t len)
{
	struct log_parser *p = arg;
	const char *data = bytes;
	size_t n;

	while (len > 0) {
		if (p->left == 0) {
			p->head[p->nhead++] = (unsigned char)*data++;
			len--;
			if (p->nhead == sizeof(p->head) && !begin_frame(p))
				return false;
			continue;
		}
		n = len < p->left ? len : p->left;
		if (!frame_add(p, data, n))
			return false;
		p->left -= (uint32_t)n;
		data += n;
		len -= n;
	}
	return true;
}

static enum err
read_log(struct ctx *ctx, const struct engine *engine, const char *name,
    struct log_parser *parser)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = "GET",
	    .policy = HTTP_CONFIGURED,
	    .max_body = STREAM_BYTES_MAX, .timeout_ms = TIMEOUT_MS,
	    .sink = log_parse, .sink_arg = parser };
	/*
	 * One second earlier, because engines differ in whether "since" is
	 * inclusive.
	 */
	int64_t since = parser->from.second > 0 ? parser->from.second - 1 : 0;
	struct http_response r = { 0 };
	enum err e;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = engine_path(ctx, &rq.url, ENGINE_API "/containers/%s/logs"
	    "?stdout=true&stderr=true&timestamps=true&since=%lld", name,
	    (long long)since)) != ERR_OK)
		return e;
	engine_aim(ctx, engine, &rq);
	e = http_call(ctx, &rq, &r);
	if (parser->full) {
		fail_clear(ctx);
		return ERR_OK;
	}
	if (parser->broken || parser->no_memory) {
		fail_clear(ctx);
		return fail(ctx, ERR_PEER, "log_broken",
		    "the log of %s is not a sequence of frames and lines",
		    name);
	}
	if (e != ERR_OK)
		return e;
	return r.status == 200 ? ERR_OK : engine_failed(ctx, "read a log",
	    &r);
}

/* count_lines - counts the lines, so that all but the last can be skipped */
static enum err
count_lines(struct ctx *ctx, const struct engine *engine, const char *name,
    struct log_parser *p, size_t *n)
{
	enum err e;

	*p = (struct log_parser){ .ctx = ctx, .passed = true };
	e = read_log(ctx, engine, name, p);
	*n = p->seen;
	return e;
}

enum err
engine_logs(struct ctx *ctx, const struct engine *engine, const char *name,
    struct engine_cursor *cursor, struct runtime_log *log)
{
	struct log_parser *p = arena_get(ctx->mem, sizeof(*p));
	size_t n = 0, max = log->max < LOG_LINES_MAX ? log->max :
	    LOG_LINES_MAX;
	struct runtime_line *lines;
	enum err e;

	lines = arena_array(ctx->mem, max + 1, sizeof(*lines));
	if (p == NULL || lines == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a log");
	if (cursor->second < 0 && (e = count_lines(ctx, engine, name, p,
	    &n)) != ERR_OK)
		return e;
	*p = (struct log_parser){ .ctx = ctx, .lines = lines, .max = max };
	p->skip = n > max ? n - max : 0;
	if (cursor->second < 0)
		p->passed = true;
	else
		p->from = *cursor;
	if ((e = read_log(ctx, engine, name, p)) != ERR_OK)
		return e;
	log->lines = lines;
	log->nlines = p->nlines;
	log->more = p->full;
	log->lost = p->lost;
	if (p->passed && p->seen > 0)
		*cursor = p->at;
	else if (cursor->second < 0)
		*cursor = (struct engine_cursor){ 0, 0 };
	return ERR_OK;
}
