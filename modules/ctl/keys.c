/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl keys: pending -> active -> passive -> retired (threat T27).
 *
 * A pending key is published before anything is signed with it; a passive key
 * stays until the last token that it signed has expired.  A private half is
 * written to its file before its public half is registered, so that the next
 * run completes one that was interrupted.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/authn.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/keyfile.h"
#include "modules/ctl/keys.h"

#include "modules/ctl/keys.sql.h"

#define SEEN_S		60	/* then each process knows a pending key */
#define SERVER_TTL_S	300	/* longest life of a token for a server */

const struct key_use key_uses[] = {
	{ KEY_ACCESS, "auth" },
	{ KEY_SERVER, "auth" },		/* for the tenant proxy */
	{ KEY_SERVER, "worker" },	/* asks tenants' servers itself */
	{ KEY_LICENSE, "worker" },
	{ KEY_AUDIT, "worker" },
};
const size_t nkey_uses = nitems(key_uses);

static const struct sealing_key sealing_keys[] = {
	{ "auth", "factor.key" },	/* secrets of authenticator apps */
	{ "auth", "gate.key" },		/* tokens of tenants' own servers */
	{ "sso", "sso.key" },		/* client secrets at providers */
	{ "worker", "master.key" },	/* secrets of tenants */
};

static enum err
keys_begin(struct ctx *ctx)
{
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_KEY_LOCK, NULL);
}

/* transaction_end - commits, or prints the failure */
static int
transaction_end(struct ctl *ctl, enum err e)
{
	if (e != ERR_OK || sql_commit(ctl->ctx) != ERR_OK) {
		sql_rollback(ctl->ctx);
		return ctl_bad(ctl);
	}
	return CTL_GOOD;
}

/* key_print - prints one line, or one JSON object */
static int
key_print(struct ctl *ctl, const char *kid, const char *state, const char *next)
{
	struct json *one;

	if (!ctl->json) {
		(void)printf("%s: %s%s%s\n", kid, state, next == NULL ? "" :
		    "; ", next == NULL ? "" : next);
		return CTL_GOOD;
	}
	one = json_object(ctl->ctx);
	json_put_text(one, "kid", kid);
	json_put_text(one, "state", state);
	json_put_text(one, "next", next);
	return ctl_print(ctl, one);
}

/*
 * keys_serves - does the file hold a key for this that is active, pending or
 * not registered yet?
 */
static enum err
keys_serves(struct ctx *ctx, const struct keyring *ring,
    enum key_purpose purpose,
    bool *good)
{
	enum key_state state;
	struct key_row row;
	bool found;
	size_t i;
	enum err e;

	*good = false;
	for (i = 0; i < ring->n && !*good; i++) {
		if (ring->keys[i].purpose != purpose)
			continue;
		if ((e = key_row_get(ctx, ring->keys[i].kid, &row, &found)) !=
		    ERR_OK)
			return e;
		state = key_state_of(row.state);
		*good = !found || state == KEY_ACTIVE ||
		    state == KEY_PENDING;
	}
	return ERR_OK;
}

/*
 * register_all - registers the public halves of a file; known ones do not
 * change
 */
static enum err
register_all(struct ctx *ctx, const struct keyring *ring, const char *holder,
    int64_t *added)
{
	const struct key *key;
	struct key_row like = { .holder = holder };
	const char *active;
	bool is_new;
	size_t i;
	enum err e;

	for (i = 0; i < ring->n; i++) {
		key = &ring->keys[i];
		like.purpose = key_purpose_name(key->purpose);
		if ((e = key_row_newest(ctx, &like, "active", &active)) !=
		    ERR_OK ||
		    (e = key_row_add(ctx, key, holder, active == NULL ?
		    KEY_ACTIVE : KEY_PENDING, &is_new)) != ERR_OK)
			return e;
		*added += is_new;
	}
	return ERR_OK;
}

/* init_use - makes one private half and registers its public half */
static enum err
init_use(struct ctx *ctx, const char *dir, const struct key_use *use,
    int64_t *added)
{
	struct keyring ring = { .n = 0 };
	struct key key;
	bool good;
	enum err e;

	if ((e = keyfile_read(ctx, dir, use->holder, &ring)) != ERR_OK ||
	    (e = keys_serves(ctx, &ring, use->purpose, &good)) != ERR_OK)
		goto out;
	if (!good) {
		if (ring.n == KEYS_MAX)
			e = fail(ctx, ERR_INVALID, "too_many_keys",
			    "%s/%s holds %d keys already", dir, use->holder,
			    KEYS_MAX);
		else if ((e = key_generate(ctx, use->purpose, &key)) == ERR_OK)
			e = keyfile_add(ctx, dir, use->holder, &key);
		if (e != ERR_OK)
			goto out;
		ring.keys[ring.n++] = key;
		secret_wipe(&key, sizeof(key));
	}
	e = register_all(ctx, &ring, use->holder, added);
out:
	secret_wipe(&ring, sizeof(ring));
	return e;
}

static int
keys_init(struct ctl *ctl)
{
	const char *dir = ctl->options[OPTION_OUT];
	struct ctx *ctx = ctl->ctx;
	struct json *top;
	int64_t added = 0;
	int64_t made = 0;
	bool is_new;
	size_t i;
	enum err e;

	e = keys_begin(ctx);
	for (i = 0; e == ERR_OK && i < nkey_uses; i++)
		e = init_use(ctx, dir, &key_uses[i], &added);
	for (i = 0; e == ERR_OK && i < nitems(sealing_keys); i++)
		if ((e = keyfile_sealing(ctx, dir, &sealing_keys[i],
		    &is_new)) == ERR_OK)
			made += is_new;
	if (transaction_end(ctl, e) != CTL_GOOD)
		return CTL_BAD;
	if (!ctl->json) {
		(void)printf("%" PRId64 " keys registered, %" PRId64
		    " sealing keys made\n", added, made);
		return CTL_GOOD;
	}
	top = json_object(ctx);
	json_put_int(top, "registered", added);
	json_put_int(top, "sealing_keys_made", made);
	return ctl_print(ctl, top);
}

static int
keys_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct key_row *rows;
	size_t i, n;

	if (key_row_list(ctl->ctx, &rows, &n) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%-43s  %-8s %-8s %-8s since %s\n",
			    rows[i].kid, rows[i].purpose, rows[i].holder,
			    rows[i].state, rows[i].changed_at);
			continue;
		}
		one = json_object(ctl->ctx);
		json_put_text(one, "kid", rows[i].kid);
		json_put_text(one, "purpose", rows[i].purpose);
		json_put_text(one, "holder", rows[i].holder);
		json_put_text(one, "state", rows[i].state);
		json_put_text(one, "created_at", rows[i].created_at);
		json_put_text(one, "changed_at", rows[i].changed_at);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

/*
 * key_rotate - writes a new private half to its file, and registers it as
 * pending
 */
static enum err
key_rotate(struct ctx *ctx, const char *dir, const struct key_use *use,
    struct key *key)
{
	const struct key_row like = {
		.purpose = key_purpose_name(use->purpose),
		.holder = use->holder,
	};
	const char *pending;
	bool added;
	enum err e;

	if ((e = keys_begin(ctx)) != ERR_OK ||
	    (e = key_row_newest(ctx, &like, "pending", &pending)) != ERR_OK)
		return e;
	if (pending != NULL)
		return fail(ctx, ERR_CONFLICT, "key_pending",
		    "key %s is pending for this already: promote or remove it",
		    pending);
	if ((e = key_generate(ctx, use->purpose, key)) != ERR_OK ||
	    (e = keyfile_add(ctx, dir, use->holder, key)) != ERR_OK)
		return e;
	return key_row_add(ctx, key, use->holder, KEY_PENDING, &added);
}

static int
keys_rotate(struct ctl *ctl)
{
	const char *holder = ctl->options[OPTION_HOLDER];
	enum key_purpose purpose;
	struct key key;
	size_t i = nkey_uses;
	int rc;

	if (key_purpose_of(ctl->args[0], &purpose))
		for (i = 0; i < nkey_uses; i++)
			if (key_uses[i].purpose == purpose &&
			    strcmp(key_uses[i].holder, holder) == 0)
				break;
	if (i == nkey_uses)
		return ctl_usage(ctl, "%s does not sign for `%s'", holder,
		    ctl->args[0]);
	rc = transaction_end(ctl, key_rotate(ctl->ctx, ctl->options[OPTION_OUT],
	    &key_uses[i], &key));
	secret_wipe(key.seed, sizeof(key.seed));
	if (rc != CTL_GOOD)
		return rc;
	return key_print(ctl, key.kid, "pending",
	    "give the file to the process "
	    "that signs, wait a minute, then: keys promote");
}

/* key_get - reads the key that the operator named */
static enum err
key_get(struct ctl *ctl, struct key_row *row)
{
	bool found;
	enum err e;

	if ((e = keys_begin(ctl->ctx)) != ERR_OK ||
	    (e = key_row_get(ctl->ctx, ctl->args[0], row, &found)) != ERR_OK)
		return e;
	return found ? ERR_OK : fail(ctl->ctx, ERR_NOT_FOUND, "no_such_key",
	    "there is no key %s", ctl->args[0]);
}

/*
 * keys_activate - makes this the signing key; the previous one becomes passive
 */
static enum err
keys_activate(struct ctx *ctx, const struct key_row *row)
{
	struct key_row before = *row;
	enum err e;

	if ((e = key_row_newest(ctx, row, "active", &before.kid)) != ERR_OK)
		return e;
	before.state = "active";
	if (before.kid != NULL && (e = key_row_move(ctx, &before, "passive",
	    "key.pass")) != ERR_OK)
		return e;
	return key_row_move(ctx, row, "active", "key.promote");
}

static enum err
key_promote(struct ctl *ctl)
{
	struct key_row row;
	enum err e;

	if ((e = key_get(ctl, &row)) != ERR_OK)
		return e;
	if (key_state_of(row.state) != KEY_PENDING)
		return fail(ctl->ctx, ERR_CONFLICT, "key_not_pending",
		    "key %s is %s, not pending", row.kid, row.state);
	if (row.age_s < SEEN_S && ctl->options[OPTION_NOW] == NULL)
		return fail(ctl->ctx, ERR_CONFLICT, "key_too_new",
		    "key %s is not known everywhere yet: wait %d s, or say "
		    "--now", row.kid, (int)(SEEN_S - row.age_s));
	return keys_activate(ctl->ctx, &row);
}

static int
keys_promote(struct ctl *ctl)
{
	if (transaction_end(ctl, key_promote(ctl)) != CTL_GOOD)
		return CTL_BAD;
	return key_print(ctl, ctl->args[0], "active", NULL);
}

/*
 * token_lifetime - returns how long a key is needed after its last signature;
 * -1: unknown
 */
static int64_t
token_lifetime(const char *purpose)
{
	static const int64_t ttl_s[] = {
		[KEY_ACCESS] = ACCESS_TTL_S + 2 * TOKEN_LEEWAY_S,
		[KEY_SERVER] = SERVER_TTL_S + 2 * TOKEN_LEEWAY_S,
		[KEY_LICENSE] = -1,
		/* Auditors verify checkpoints with exported keys. */
		[KEY_AUDIT] = 0,
	};
	enum key_purpose which;

	return key_purpose_of(purpose, &which) ? ttl_s[which] : -1;
}

static enum err
key_retire(struct ctl *ctl)
{
	struct key_row row;
	int64_t wait_s;
	enum err e;

	if ((e = key_get(ctl, &row)) != ERR_OK)
		return e;
	wait_s = token_lifetime(row.purpose);
	if (key_state_of(row.state) != KEY_PASSIVE)
		return fail(ctl->ctx, ERR_CONFLICT, "key_not_passive",
		    "key %s is %s, not passive", row.kid, row.state);
	if (ctl->options[OPTION_NOW] != NULL)
		return key_row_move(ctl->ctx, &row, "retired", "key.retire");
	if (wait_s == -1)
		return fail(ctl->ctx, ERR_CONFLICT, "key_in_use",
		    "tenants' servers may hold licences signed with key %s: "
		    "say --now when none does", row.kid);
	if (row.state_age_s < wait_s)
		return fail(ctl->ctx, ERR_CONFLICT, "key_in_use",
		    "tokens signed with key %s may live for %d s yet: wait, "
		    "or say --now", row.kid, (int)(wait_s - row.state_age_s));
	return key_row_move(ctl->ctx, &row, "retired", "key.retire");
}

static int
keys_retire(struct ctl *ctl)
{
	if (transaction_end(ctl, key_retire(ctl)) != CTL_GOOD)
		return CTL_BAD;
	return key_print(ctl, ctl->args[0], "retired", NULL);
}

/*
 * key_drop - retires a key at once, whatever its state.  The row stays, so that
 * a seed that is still in a file cannot be registered again.
 */
static enum err
key_drop(struct ctl *ctl, bool *orphaned)
{
	struct key_row row, next;
	bool active;
	enum err e;

	if ((e = key_get(ctl, &row)) != ERR_OK)
		return e;
	if (key_state_of(row.state) == KEY_RETIRED)
		return fail(ctl->ctx, ERR_CONFLICT, "key_retired",
		    "key %s is retired already", row.kid);
	active = key_state_of(row.state) == KEY_ACTIVE;
	if ((e = key_row_move(ctl->ctx, &row, "retired", "key.remove")) !=
	    ERR_OK || !active)
		return e;
	next = row;
	next.state = "pending";
	if ((e = key_row_newest(ctl->ctx, &row, "pending", &next.kid)) !=
	    ERR_OK)
		return e;
	*orphaned = next.kid == NULL;
	return *orphaned ? ERR_OK : keys_activate(ctl->ctx, &next);
}

static int
keys_remove(struct ctl *ctl)
{
	bool orphaned = false;

	if (transaction_end(ctl, key_drop(ctl, &orphaned)) != CTL_GOOD)
		return CTL_BAD;
	return key_print(ctl, ctl->args[0], "retired",
	    orphaned ? "nothing can be "
	    "signed for its purpose now: keys init makes a new one" : NULL);
}

const struct command keys_commands[] = {
	{ "keys init", NULL, 0, 1u << OPTION_OUT, NEEDS_DB, keys_init,
	    "Makes the keys that are missing, each in its process's folder." },
	{ "keys list", NULL, 0, 0, NEEDS_DB, keys_list,
	    "Lists the public keys and their states." },
	{ "keys rotate", "PURPOSE", 0,
	    1u << OPTION_HOLDER | 1u << OPTION_OUT, NEEDS_DB, keys_rotate,
	    "Adds a pending key for access, server, license or audit." },
	{ "keys promote", "KID", 1u << OPTION_NOW, 0, NEEDS_DB, keys_promote,
	    "Makes a pending key active, and the active one passive." },
	{ "keys retire", "KID", 1u << OPTION_NOW, 0, NEEDS_DB, keys_retire,
	    "Ends a passive key when no token of it can live any more." },
	{ "keys remove", "KID", 0, 1u << OPTION_EMERGENCY, NEEDS_DB,
	    keys_remove,
	    "Ends a key at once, and all that it signed: it is known to "
	    "others." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
