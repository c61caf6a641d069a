/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A status line has a blank behind the number, whatever follows (RFC 9112 4);
 * nginx sends "200" alone when a responder names no reason, and some clients
 * refuse that.
 */
#include "config.h"

#include <stddef.h>

#include "libshared/base/str.h"
#include "libshared/proto/status.h"

static const struct { int status; const char *reason; } rows[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" }, { 302, "Found" }, { 303, "See Other" },
	{ 304, "Not Modified" }, { 400, "Bad Request" },
	{ 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 405, "Method Not Allowed" }, { 408, "Request Timeout" },
	{ 409, "Conflict" }, { 412, "Precondition Failed" },
	{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" }, { 423, "Locked" },
	{ 428, "Precondition Required" }, { 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 502, "Bad Gateway" },
	{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
	{ 507, "Insufficient Storage" },
};

const char *
status_reason(int status)
{
	size_t i;

	for (i = 0; i < nitems(rows); i++)
		if (rows[i].status == status)
			return rows[i].reason;
	return "Status";
}
