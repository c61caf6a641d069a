/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers that depend on the finished body: Location of what was created or is
 * under way, and 304 when the client has the current answer.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"

#define OPERATION	"/api/tenants/operations/{operation}"
#define TAG_DIGITS	16		/* hex digits of the digest: 64 bit */

/*
 * word_of - {name} is a member of the answer, {:name} a parameter of the path
 */
static const char *
word_of(struct ctx *ctx, const struct json *answer, struct str name)
{
	const char *key = text_printf(ctx->mem, "%.*s", (int)name.len,
	    name.p);
	const struct json *value;
	int64_t number;

	if (key == NULL)
		return NULL;
	if (key[0] == ':')
		return req_param(ctx, key + 1);
	value = json_get(answer, key);
	if (json_int(value, &number))
		return text_printf(ctx->mem, "%lld", (long long)number);
	return json_text(value, NULL);
}

/* path_expand - replaces the names in a path; NULL when one has no value */
static const char *
path_expand(struct ctx *ctx, const char *path, const struct json *answer)
{
	struct str rest = str_of(path), part;
	const char *word;
	struct buf text;

	buf_init(&text, ctx->mem, 512);
	while (rest.len > 0) {
		part = str_cut(&rest, '{');
		buf_put(&text, part.p, part.len);
		if (rest.len == 0)
			break;
		if ((word = word_of(ctx, answer, str_cut(&rest, '}'))) ==
		    NULL)
			return NULL;
		buf_text(&text, word);
	}
	return text.full ? NULL : text.p;
}

/* put_location - 201: the new object; 202: the operation, if there is one */
static enum err
put_location(struct ctx *ctx)
{
	const struct req *rq = ctx->req;
	const char *path = rq->status == 202 ? OPERATION :
	    rq->route->location;
	struct json *answer;
	enum err e;

	if (path == NULL || rq->body_out_len == 0)
		return ERR_OK;
	if ((e = json_parse(ctx, rq->body_out, rq->body_out_len, &answer)) !=
	    ERR_OK)
		return e;
	path = path_expand(ctx, path, answer);
	return path == NULL ? ERR_OK : reply_header(ctx, "Location", path);
}

/* put_tag - appends a digest of the body to the version that reply() found */
static enum err
put_tag(struct ctx *ctx, const char **tag)
{
	struct req *rq = ctx->req;
	char hex[SHA256_HEX_MAX];
	struct str version;
	size_t i;

	sha256_hex(rq->body_out, rq->body_out_len, hex);
	for (i = 0; i < rq->nheaders; i++)
		if (strcmp(rq->headers[i].name, "ETag") == 0)
			break;
	if (i == rq->nheaders) {
		*tag = text_printf(ctx->mem, "\"%.*s\"", TAG_DIGITS, hex);
		return reply_header(ctx, "ETag", *tag);
	}
	version = str_of(rq->headers[i].value);
	*tag = text_printf(ctx->mem, "%.*s.%.*s\"", (int)version.len - 1,
	    version.p, TAG_DIGITS, hex);
	rq->headers[i].value = *tag;
	return ERR_OK;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str
without_blanks(struct str s)
{
	for (; s.len > 0 && is_blank(s.p[0]); s.p++)
		s.len--;
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool
reply_tag_listed(const char *list, const char *tag)
{
	struct str rest = str_of(list), one;

	while (rest.len > 0) {
		one = without_blanks(str_cut(&rest, ','));
		if (str_starts(one, "W/")) {
			one.p += 2;
			one.len -= 2;
		}
		if (str_is(one, "*") || str_is(one, tag))
			return true;
	}
	return false;
}

/* has_tag - may a client keep this answer and revalidate it? */
static bool
has_tag(const struct req *rq)
{
	return rq->method == GET && rq->status == 200 &&
	    rq->type_out == NULL && rq->body_out_len > 0 &&
	    (rq->route->flags & (ROUTE_SECRET | ROUTE_INTERNAL |
	    ROUTE_BROWSER | ROUTE_FILE)) == 0;
}

/* Each day of a row is one: route_check() has seen it. */
void
reply_deprecated(struct ctx *ctx)
{
	const struct route *route = ctx->req->route;
	char date[sizeof("Mon, 01 Jun 2026 00:00:00 GMT")];
	int64_t since, until;
	struct tm tm;
	time_t end;

	if (route == NULL || route->deprecated == NULL ||
	    !route_day(route->deprecated, &since) ||
	    !route_day(route->sunset, &until))
		return;
	end = (time_t)until;
	if (gmtime_r(&end, &tm) == NULL || strftime(date, sizeof(date),
	    "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		return;
	(void)reply_header(ctx, "Deprecation", text_printf(ctx->mem,
	    "@%lld", (long long)since));
	(void)reply_header(ctx, "Sunset", text_printf(ctx->mem, "%s", date));
}

enum err
reply_finish(struct ctx *ctx)
{
	struct req *rq = ctx->req;
	const char *tag;
	enum err e;

	if (rq->status == 201 || rq->status == 202)
		return put_location(ctx);
	if (!has_tag(rq))
		return ERR_OK;
	if ((e = put_tag(ctx, &tag)) != ERR_OK)
		return e;
	if (rq->if_none_match != NULL &&
	    reply_tag_listed(rq->if_none_match, tag))
		return reply_empty(ctx, 304);
	return ERR_OK;
}
