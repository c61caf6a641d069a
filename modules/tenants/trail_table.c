/* SPDX-License-Identifier: Apache-2.0 */
/* Events as rows of a table, and the moments that limit them. */
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

/* trail_table_number - reads n digits; -1 when one of them is not a digit */
static int
trail_table_number(const char *text, size_t n)
{
	int value = 0;

	for (; n > 0; n--, text++) {
		if (*text < '0' || *text > '9')
			return -1;
		value = value * 10 + (*text - '0');
	}
	return value;
}

static bool
is_moment(const char *text)
{
	static const char like[] = "dddd-dd-ddTdd:dd:ddZ";
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	int year, month, day, leap;
	size_t i;

	if (strlen(text) != sizeof(like) - 1)
		return false;
	for (i = 0; like[i] != '\0'; i++)
		if (like[i] == 'd' ? text[i] < '0' || text[i] > '9' :
		    text[i] != like[i])
			return false;
	year = trail_table_number(text, 4);
	month = trail_table_number(text + 5, 2);
	day = trail_table_number(text + 8, 2);
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	leap = month == 2 && ((year % 4 == 0 && year % 100 != 0) ||
	    year % 400 == 0);
	return day <= days[month - 1] + leap && trail_table_number(text + 11,
	    2) < 24 &&
	    trail_table_number(text + 14, 2) < 60 && trail_table_number(text +
	    17, 2) < 60;
}

enum err
moment_check(struct ctx *ctx, const char *name, const char *text)
{
	if (text == NULL || is_moment(text))
		return ERR_OK;
	fail_field(ctx, name, "is not like 2026-11-22T19:00:00Z");
	return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
	    "%s is not like 2026-11-22T19:00:00Z", name);
}
