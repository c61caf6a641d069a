/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler reads of its request. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/fcgi.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/req.h"

#define DAY_S	86400

enum err
req_body(struct ctx *ctx, void *in)
{
	const struct req *rq = ctx->req;
	struct json *body;
	enum err e;

	if (rq->route->input == NULL)
		return fail(ctx, ERR_INTERNAL, "internal",
		    "a body is read by a route without an input table");
	if (!str_media(rq->content_type, "application/json"))
		return fail(ctx, ERR_MEDIA_TYPE, "json_required",
		    "Content-Type must be application/json");
	if ((e = json_parse(ctx, rq->body.p == NULL ? "" : rq->body.p,
	    rq->body.len, &body)) != ERR_OK)
		return e;
	if (!json_is_object(body))
		return fail(ctx, ERR_BAD_INPUT, "object_required",
		    "the body must be a JSON object");
	return field_decode(ctx, rq->route->input, body, in);
}

/* hex_value - returns the value of a hexadecimal digit, or -1 */
static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* percent_decode - decodes; NULL when malformed or when it contains a NUL */
static const char *
percent_decode(struct ctx *ctx, struct str raw, size_t *len)
{
	char *out = arena_text(ctx->mem, raw.p, raw.len);
	size_t i, n = 0;
	int c;

	for (i = 0; out != NULL && i < raw.len; i++) {
		c = (unsigned char)raw.p[i];
		if (c == '+')
			c = ' ';
		else if (c == '%') {
			if (i + 2 >= raw.len || hex_value(raw.p[i + 1]) < 0 ||
			    hex_value(raw.p[i + 2]) < 0)
				return NULL;
			c = hex_value(raw.p[i + 1]) * 16 + hex_value(raw.p[i +
			    2]);
			i += 2;
		}
		if (c == '\0')
			return NULL;
		out[n++] = (char)c;
	}
	if (out != NULL)
		out[n] = '\0';
	*len = n;
	return out;
}

#define QUERY_PAIRS_MAX	16

/*
 * pairs_decode - decodes name=value&… by a table.  When others write the
 * parameters, unknown names are ignored, but no name may occur twice (RFC 6749
 * 3.1)
 */
static enum err
pairs_decode(struct ctx *ctx, struct str rest, const struct field *table,
    void *in)
{
	bool others = (ctx->req->route->flags & (ROUTE_BROWSER | ROUTE_FORM))
	    != 0;
	struct str pair, name;
	const char *key, *value;
	size_t key_len, len, i;
	uint64_t seen = 0;
	int n = 0;
	enum err e;

	while (rest.len > 0) {
		pair = str_cut(&rest, '&');
		name = str_cut(&pair, '=');
		if (++n > QUERY_PAIRS_MAX ||
		    (key = percent_decode(ctx, name, &key_len)) == NULL ||
		    (value = percent_decode(ctx, pair, &len)) == NULL)
			return fail(ctx, ERR_BAD_INPUT, "bad_query",
			    "the query string is malformed or too long");
		for (i = 0; table[i].name != NULL; i++)
			if (strcmp(table[i].name, key) == 0)
				break;
		if (others && table[i].name == NULL)
			continue;
		if ((seen & (uint64_t)1 << i % 64) != 0)
			return fail(ctx, ERR_BAD_INPUT, "bad_query",
			    "parameter %s occurs twice", table[i].name);
		seen |= (uint64_t)1 << i % 64;
		if ((e = field_decode_text(ctx, table, key,
		    (struct str){ value, len }, in)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
req_query(struct ctx *ctx, void *in)
{
	return pairs_decode(ctx, str_of(ctx->req->query),
	    ctx->req->route->query,
	    in);
}

enum err
req_form(struct ctx *ctx, void *in)
{
	static const char type[] = "application/x-www-form-urlencoded";
	const struct req *rq = ctx->req;

	if (!str_media(rq->content_type, type))
		return fail(ctx, ERR_MEDIA_TYPE, "form_required",
		    "Content-Type must be %s", type);
	return pairs_decode(ctx, rq->body, rq->route->input, in);
}

const char *
req_param(struct ctx *ctx, const char *name)
{
	const struct params *params = &ctx->req->params;
	size_t i, len = strlen(name);
	const char *text;

	for (i = 0; i < params->n; i++) {
		const struct param *param = &params->list[i];

		if (strncmp(param->name, name, len) != 0 ||
		    param->name[len] != '}')
			continue;
		text = arena_text(ctx->mem, param->value.p, param->value.len);
		return text == NULL ? "" : text;
	}
	return "";
}

const char *
req_copy(struct ctx *ctx, const char *text)
{
	const char *copy = arena_text(ctx->mem, text, strlen(text));

	return copy == NULL ? "" : copy;
}

const char *
req_cookie(struct ctx *ctx, const char *name)
{
	struct str rest = str_of(ctx->req->cookie), pair, key;

	while (rest.len > 0) {
		pair = str_cut(&rest, ';');
		while (pair.len > 0 && pair.p[0] == ' ') {
			pair.p++;
			pair.len--;
		}
		key = str_cut(&pair, '=');
		if (str_is(key, name))
			return arena_text(ctx->secrets, pair.p, pair.len);
	}
	return NULL;
}

const char *
req_wait(struct ctx *ctx, int64_t wait_s)
{
	static const struct { int64_t unit_s; const char *name; } units[] = {
		{ 3600, "hours" }, { 60, "minutes" }, { 1, "seconds" } };
	const char *text;
	size_t i = 0;

	fail_retry(ctx, wait_s);
	while (i < nitems(units) - 1 && wait_s < 2 * units[i].unit_s)
		i++;
	text = text_printf(ctx->mem, "%lld %s", (long long)((wait_s +
	    units[i].unit_s - 1) / units[i].unit_s), units[i].name);
	return text == NULL ? "a while" : text;
}

enum err
req_version(struct ctx *ctx, int64_t *version)
{
	struct str tag = str_of(ctx->req->if_match), number, rest;

	if (tag.len == 0)
		return fail(ctx, ERR_PRECONDITION, "if_match_required",
		    "send If-Match with the ETag of what you edit");
	if (tag.len < 3 || tag.p[0] != '"' || tag.p[tag.len - 1] != '"')
		tag = (struct str){ "\"\"", 2 };
	rest = (struct str){ tag.p + 1, tag.len - 2 };
	number = str_cut(&rest, '.');
	if ((rest.len > 0 && memchr(rest.p, '"', rest.len) != NULL) ||
	    !str_int(number, 1, INT64_MAX, version))
		return fail(ctx, ERR_BAD_INPUT, "bad_if_match",
		    "If-Match must be one ETag as it was given");
	return ERR_OK;
}

enum err
req_last_day(struct ctx *ctx, const char *name, const char *day)
{
	int64_t first;

	if (!route_day(day, &first))
		return fail_at(ctx, name, fail(ctx, ERR_BAD_INPUT,
		    "invalid_fields", "%s must be a day such as 2027-06-30",
		    name));
	if (first + DAY_S <= (int64_t)time(NULL))
		return fail_at(ctx, name, fail(ctx, ERR_BAD_INPUT,
		    "invalid_fields", "%s is a day that is over", name));
	return ERR_OK;
}

enum err
req_stale(struct ctx *ctx, const char *thing)
{
	return fail(ctx, ERR_STALE, "changed_meanwhile",
	    "somebody else changed the %s: read it again", thing);
}

enum err
req_read(struct ctx *ctx, void *buf, size_t max, size_t *n)
{
	struct req *rq = ctx->req;
	long got = fcgi_read(rq->fcgi, buf, max);

	if (got < 0 && fcgi_stalled())
		return fail(ctx, ERR_SLOW, "upload_too_slow",
		    "the body stopped: too little came within %d seconds",
		    FCGI_IO_TIMEOUT_S);
	if (got < 0)
		return fail(ctx, ERR_BAD_INPUT, "body_broken_off",
		    "the body ended before its announced length");
	rq->body.len += (size_t)got;
	if (rq->body.len > rq->route->body_max)
		return fail(ctx, ERR_TOO_LARGE, "body_too_large",
		    "the body is larger than %zu bytes", rq->route->body_max);
	if (got == 0 && rq->content_length >= 0 &&
	    (uint64_t)rq->content_length != rq->body.len)
		return fail(ctx, ERR_BAD_INPUT, "body_broken_off",
		    "the body ended before its announced length");
	*n = (size_t)got;
	return ERR_OK;
}
