/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges what the isolation probe said.  Orders of one check become one row,
 * which names no address: tenants read it.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/isolation.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/rounds/isolation.h"

#define MS_MAX		600000
#define UNTRIED		"error"

struct seen { char word[16]; int64_t ms; };

/* One check, of all its orders. */
struct row { struct seen worst; bool any, good; int64_t tries, ms; };

struct judged {
	struct row	 rows[ISOLATION__MAX];
	struct json	*paths;
	bool		 untried;
};

/* seen_read - reads "7 silent 3000" into the seventh; ignores other lines */
static void
seen_read(struct str line, struct seen *seen, size_t n)
{
	struct str number = str_cut(&line, ' '), word = str_cut(&line, ' ');
	int64_t i, ms;

	if (!str_int(number, 0, (int64_t)n - 1, &i) ||
	    !str_int(line, 0, MS_MAX, &ms) ||
	    word.len >= sizeof(seen->word))
		return;
	memcpy(seen[i].word, word.p, word.len);
	seen[i].word[word.len] = '\0';
	seen[i].ms = ms;
	if (!isolation_tried(seen[i].word))
		memcpy(seen[i].word, UNTRIED, sizeof(UNTRIED));
}

static enum isolation_try
check_find(const char *name)
{
	size_t i = 0;

	while (i < ISOLATION__MAX && (name == NULL ||
	    strcmp(isolation_checks[i].name, name) != 0))
		i++;
	return (enum isolation_try)i;
}

/* seen_take - adds one order's result to the row of its check */
static void
seen_take(struct ctx *ctx, struct judged *judged, const struct json *order,
    const struct seen *seen)
{
	enum isolation_try i = check_find(json_member(order, "check"));
	struct row *row = &judged->rows[i];
	bool good;

	if (i == ISOLATION__MAX)
		return;
	good = isolation_good(&isolation_checks[i], seen->word) &&
	    isolation_tried(seen->word);
	if (!row->any || (row->good && !good))
		row->worst = *seen;
	row->good = good && (row->good || !row->any);
	row->any = true;
	row->tries++;
	if (seen->ms > row->ms)
		row->ms = seen->ms;
	if (!isolation_tried(seen->word))
		judged->untried = true;
	else if (!good && !isolation_checks[i].open)
		json_add_text(judged->paths, text_printf(ctx->mem, "%s: %s",
		    isolation_checks[i].name, json_member(order, "order")));
}

static struct json *
row_json(struct ctx *ctx, const struct isolation_check *check,
    const struct row *row)
{
	struct json *one = json_object(ctx);

	json_put_text(one, "check", check->name);
	json_put_text(one, "about", check->about);
	json_put_text(one, "expected", check->open ? "open" : "closed");
	json_put_text(one, "seen", row->worst.word);
	json_put_bool(one, "good", row->good);
	json_put_int(one, "tries", row->tries);
	json_put_int(one, "ms", row->ms);
	return one;
}

/* outcome_set - an open path counts before all else, then what is unknown */
static void
outcome_set(struct ctx *ctx, const struct judged *judged,
    struct isolation_verdict *verdict)
{
	const struct isolation_check *check = isolation_checks;
	const struct row *row = judged->rows;

	verdict->outcome = "open";
	if (json_count(judged->paths) > 0)
		return;
	verdict->outcome = "failed";
	verdict->error = "the probe could not try everything";
	if (judged->untried || json_count(verdict->checks) == 0)
		return;
	verdict->outcome = "isolated";
	verdict->error = NULL;
	for (; check->name != NULL; check++, row++)
		if (check->open && row->any && !row->good) {
			verdict->outcome = "broken";
			verdict->error = text_printf(ctx->mem,
			    "%s: %s", check->about, row->worst.word);
			return;
		}
}

void
isolation_judge(struct ctx *ctx, const struct json *orders, const char *said,
    struct isolation_verdict *verdict)
{
	struct seen seen[ISOLATION_ORDERS_MAX];
	struct judged judged = { .paths = json_array(ctx) };
	struct str rest = str_of(said);
	size_t i, n = json_count(orders);

	n = n < ISOLATION_ORDERS_MAX ? n : ISOLATION_ORDERS_MAX;
	for (i = 0; i < n; i++)
		seen[i] = (struct seen){ .word = UNTRIED };
	while (rest.len > 0)
		seen_read(str_cut(&rest, '\n'), seen, n);
	for (i = 0; i < n; i++)
		seen_take(ctx, &judged, json_at(orders, i), &seen[i]);
	*verdict = (struct isolation_verdict){ .paths = judged.paths,
	    .checks = json_array(ctx) };
	for (i = 0; i < ISOLATION__MAX; i++)
		if (judged.rows[i].any)
			json_add(verdict->checks, row_json(ctx,
			    &isolation_checks[i], &judged.rows[i]));
	outcome_set(ctx, &judged, verdict);
}
