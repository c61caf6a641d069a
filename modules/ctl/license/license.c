/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl license: the licence of a tenant, and decisions about it.
 *
 * Only the worker has the key: a decision is remembered, and the worker signs
 * what follows from it within seconds.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/proto/license.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/license/license_memory.h"

#include "modules/ctl/license/license.sql.h"

struct seen {
	struct uuid	 id;
	const char	*slug, *tier, *state, *valid_until, *grace_until;
	const char	*standing, *reason, *changed_at;
	int64_t		 version, valid_s, grace_s;
};

static const struct field seen_row[] = {
	VIEW_UUID(struct seen, id),
	VIEW_TEXT(struct seen, slug),
	VIEW_INT(struct seen, version),
	VIEW_TEXT(struct seen, tier),
	VIEW_TEXT(struct seen, state),
	VIEW_TEXT(struct seen, valid_until),
	VIEW_TEXT(struct seen, grace_until),
	VIEW_INT(struct seen, valid_s),
	VIEW_INT(struct seen, grace_s),
	VIEW_TEXT(struct seen, standing),
	VIEW_TEXT_OPT(struct seen, reason),
	VIEW_TEXT_OPT(struct seen, changed_at),
	FIELD_END
};

struct decision { const char *name, *action, *after, *says; };

static const struct decision issue_decision = { "issue", "license.issue",
    "active", "the worker signs the next licence" };
static const struct decision suspend_decision = { "suspend",
    "license.suspend", "suspended", "is suspended: it can be read for 7 days, "
    "not changed; its owners get a mail" };
static const struct decision revoke_decision = { "revoke", "license.revoke",
    "revoked", "all its licences are revoked; its owners get a mail" };
static const struct decision reactivate_decision = { "reactivate",
    "license.reactivate", "active", "gets a new licence; its owners get a "
    "mail" };

struct outcome { bool done; };

static const struct field outcome_view[] = {
	VIEW_BOOL(struct outcome, done),
	FIELD_END
};

struct why { const char *reason; };

static const struct field reason_field = FIELD_TEXT(struct why, reason, 1,
    300, CHARSET_LABEL);

/* seen_load - the newest licence of a tenant, and the last decision */
static enum err
seen_load(struct ctx *ctx, const char *slug, struct seen *seen)
{
	bool there;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_LICENSE_SEEN, seen_row, seen, &there,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	return there ? ERR_OK : fail(ctx, ERR_NOT_FOUND, "no_license",
	    "there is no tenant %s, or it has no licence yet", slug);
}

static struct license_ruling
seen_rule(const struct seen *seen)
{
	const struct license_facts facts = { 0, seen->valid_s, seen->grace_s,
	    standing_state_of(seen->standing) == STANDING_SUSPENDED,
	    standing_state_of(seen->standing) == STANDING_REVOKED };
	const struct license_clock clock = { .now = (int64_t)time(NULL) };

	return license_decide(&facts, &clock);
}

static int
license_show(struct ctl *ctl)
{
	struct license_ruling ruling;
	struct seen seen;
	struct json *out;

	if (sql_script(ctl->ctx, "SET ROLE cameleer_gate") != ERR_OK ||
	    seen_load(ctl->ctx, ctl->args[0], &seen) != ERR_OK)
		return ctl_bad(ctl);
	ruling = seen_rule(&seen);
	if (ctl->json) {
		if (field_encode(ctl->ctx, seen_row, &seen, &out) != ERR_OK)
			return ctl_bad(ctl);
		json_put_text(out, "verdict",
		    license_verdicts[ruling.verdict]);
		json_put_bool(out, "read", ruling.read);
		json_put_bool(out, "write", ruling.write);
		return ctl_print(ctl, out);
	}
	(void)printf("%s: %s: %s.\n", seen.slug,
	    license_verdicts[ruling.verdict], license_says(ruling.reason));
	(void)printf("version %lld, tier %s, valid until %s, readable until "
	    "%s\n", (long long)seen.version, seen.tier, seen.valid_until,
	    seen.grace_until);
	if (seen.changed_at != NULL)
		(void)printf("%s since %s: %s\n", seen.standing,
		    seen.changed_at, seen.reason);
	return CTL_GOOD;
}

/* decision_record - writes the audit row, with the reason */
static enum err
decision_record(struct ctx *ctx, const struct seen *seen,
    const struct decision *decision, const char *reason)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = decision->action,
	    .subject_type = "tenant", .subject_id = seen->id.text,
	    .result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "slug", seen->slug);
	json_put_text(facts, "reason", reason);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK)
		return e;
	return audit_write(ctx, &audit);
}

/* decision_take - in one transaction with its audit row */
static enum err
decision_take(struct ctx *ctx, const char *slug,
    const struct decision *decision, const char *reason)
{
	struct outcome outcome;
	struct uuid operation;
	struct seen seen;
	enum err e;

	uuid7(&operation);
	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = seen_load(ctx, slug, &seen)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_LICENSE_DECISION, outcome_view, &outcome,
	    ARG_UUID(&seen.id), ARG_UUID(&operation), ARG_TEXT(decision->name),
	    ARG_TEXT(reason), ARG_TEXT(process.conf->base_url))) != ERR_OK ||
	    (e = seen_load(ctx, slug, &seen)) != ERR_OK)
		return e;
	if (!outcome.done)
		return fail(ctx, ERR_CONFLICT, "license_state_differs",
		    "the licence of %s is %s, so this changes nothing", slug,
		    seen.standing);
	if ((e = sql_script(ctx, "SET ROLE cameleer_owner")) != ERR_OK ||
	    (e = decision_record(ctx, &seen, decision, reason)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static int
license_decided(struct ctl *ctl, const struct decision *decision)
{
	const char *reason = ctl->args[1];
	const char *why = field_check_text(ctl->ctx, &reason_field, reason,
	    strlen(reason));
	struct json *one = json_object(ctl->ctx);

	if (why != NULL)
		return ctl_usage(ctl, "REASON %s", why);
	json_put_text(one, "slug", ctl->args[0]);
	json_put_text(one, "standing", decision->after);
	return ctl_done(ctl, decision_take(ctl->ctx, ctl->args[0], decision,
	    reason), decision->says, one);
}

static int
license_issue(struct ctl *ctl)
{
	return license_decided(ctl, &issue_decision);
}

static int
license_suspend(struct ctl *ctl)
{
	return license_decided(ctl, &suspend_decision);
}

static int
license_revoke(struct ctl *ctl)
{
	return license_decided(ctl, &revoke_decision);
}

static int
license_reactivate(struct ctl *ctl)
{
	return license_decided(ctl, &reactivate_decision);
}

const struct command license_commands[] = {
	{ "license show", "SLUG", 0, 0, NEEDS_DB, license_show,
	    "Shows the licence of a tenant, and what it permits now." },
	{ "license issue", "SLUG REASON", 0, 0, NEEDS_DB, license_issue,
	    "Has the next licence of a tenant signed, before it is due." },
	{ "license suspend", "SLUG REASON", 0, 0, NEEDS_DB, license_suspend,
	    "Suspends the licence of a tenant, which can be read for 7 days "
	    "and not changed." },
	{ "license revoke", "SLUG REASON", 0, 0, NEEDS_DB, license_revoke,
	    "Revokes all licences of a tenant." },
	{ "license reactivate", "SLUG REASON", 0, 0, NEEDS_DB,
	    license_reactivate, "Gives a tenant a licence again that was "
	    "suspended or revoked." },
	{ "license verify", "FILE", 1u << OPTION_KEY | 1u << OPTION_KEYS |
	    1u << OPTION_AT | 1u << OPTION_REVOCATIONS |
	    1u << OPTION_STATE_FILE, 0, 0, license_verify,
	    "Says what a licence permits, without network and database; exit "
	    "codes: docs/license/README.md." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
