/* SPDX-License-Identifier: Apache-2.0 */
/* Events as rows of a table. */
#include "config.h"

#include <string.h>

#include "libshared/base/err.h"
#include "modules/tenants/trail.h"

#define NCOLUMNS	13

/*
 * A spreadsheet takes a cell for a formula when it begins with one of these,
 * also after blanks.
 */
#define FORMULA		"=+-@\t\r\n|%"

static const char *const columns[NCOLUMNS] = { "at", "id", "actor_kind",
    "actor", "action", "subject_type", "subject_id", "environment",
    "client_ip", "result", "code", "facts", "request_id" };

static void
trail_table_put(struct buf *out, const char *text, bool last)
{
	const char *first = text + strspn(text, " ");

	buf_text(out, "\"");
	if (*first != '\0' && strchr(FORMULA, *first) != NULL)
		buf_text(out, "'");
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_text(out, "\"");
		buf_put(out, text, 1);
	}
	buf_text(out, last ? "\"\r\n" : "\",");
}

static void
put_all(struct buf *out, const char *const values[NCOLUMNS])
{
	size_t i;

	for (i = 0; i < NCOLUMNS; i++)
		trail_table_put(out, values[i] == NULL ? "" : values[i],
		    i + 1 == NCOLUMNS);
}

void
csv_head(struct buf *out)
{
	put_all(out, columns);
}

void
csv_row(struct buf *out, const struct event *event)
{
	const char *const values[NCOLUMNS] = { event->at, event->id.text,
	    event->actor_kind, event->actor.text, event->action,
	    event->subject_type, event->subject_id, event->environment,
	    event->client_ip, event->result, event->code, event->facts,
	    event->request_id };

	put_all(out, values);
}
