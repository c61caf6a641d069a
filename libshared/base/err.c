/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each error. */
#include "config.h"

#include <assert.h>
#include <stddef.h>

#include "libshared/base/err.h"

static const struct err_row {
	int		 status;
	const char	*code, *title;
} err_rows[] = {
	[ERR_OK] = { 200, "ok", "OK" },
	[ERR_BAD_INPUT] = { 400, "bad_input", "Bad request" },
	[ERR_UNAUTHENTICATED] = { 401, "unauthenticated", "Not signed in" },
	[ERR_FORBIDDEN] = { 403, "forbidden", "Not permitted" },
	[ERR_NOT_FOUND] = { 404, "not_found", "Not found" },
	[ERR_METHOD] = { 405, "method_not_allowed", "Method not allowed" },
	[ERR_SLOW] = { 408, "request_timeout", "Too slow" },
	[ERR_CONFLICT] = { 409, "conflict", "Conflict" },
	[ERR_STALE] = { 412, "stale", "Changed in the meantime" },
	[ERR_TOO_LARGE] = { 413, "too_large", "Too large" },
	[ERR_MEDIA_TYPE] = { 415, "unsupported_media_type",
	    "Unsupported media type" },
	[ERR_INVALID] = { 422, "invalid", "Not acceptable" },
	[ERR_LOCKED] = { 423, "locked", "Locked" },
	[ERR_PRECONDITION] = { 428, "precondition_required",
	    "If-Match is required" },
	[ERR_LIMIT] = { 429, "too_many_requests", "Too many requests" },
	[ERR_INTERNAL] = { 500, "internal", "Internal error" },
	[ERR_PEER] = { 502, "peer_failed", "An outside service failed" },
	[ERR_UNAVAILABLE] = { 503, "unavailable", "Not available now" },
	[ERR_TIMEOUT] = { 504, "timeout", "An outside service is too slow" },
	[ERR_NO_SPACE] = { 507, "no_space", "No space left" },
};

static_assert(sizeof(err_rows) / sizeof(err_rows[0]) == ERR__MAX,
    "each error has a row");

/*
 * err_row - returns the row of an error; an unknown number is our bug and is
 * treated as ERR_INTERNAL
 */
static const struct err_row *
err_row(enum err e)
{
	return &err_rows[(unsigned)e < ERR__MAX ? e : ERR_INTERNAL];
}

int
err_status(enum err e)
{
	return err_row(e)->status;
}

const char *
err_code(enum err e)
{
	return err_row(e)->code;
}

const char *
err_title(enum err e)
{
	return err_row(e)->title;
}
