/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl license verify: what a licence permits, found out offline.
 *
 * It needs a file and a public key, and neither settings nor a database, so
 * that it works on an air-gapped site.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/proto/license.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/keyfile.h"
#include "modules/ctl/license/license_memory.h"

#define KEYS_FILE	SYSCONFDIR "/cameleer/license-keys.json"
#define KEYS_BYTES	(1u << 20)

/* Exit codes beside those of ctl.h; docs/license/README.md lists them. */
enum license_exit {
	EXIT_READ_ONLY = 3,	/* grace or suspended */
	EXIT_EXPIRED,
	EXIT_REVOKED,
	EXIT_EARLY,
	EXIT_INVALID,
	EXIT_LIST		/* the list of revoked ones is not good */
};

static const int exits[] = {
	[VERDICT_INVALID] = EXIT_INVALID,
	[VERDICT_EARLY] = EXIT_EARLY,
	[VERDICT_ACTIVE] = CTL_GOOD,
	[VERDICT_EXPIRING] = CTL_GOOD,
	[VERDICT_GRACE] = EXIT_READ_ONLY,
	[VERDICT_SUSPENDED] = EXIT_READ_ONLY,
	[VERDICT_EXPIRED] = EXIT_EXPIRED,
	[VERDICT_REVOKED] = EXIT_REVOKED,
};

struct verify {
	struct keyring		 ring;
	struct license		 license;
	struct license_clock	 clock;
	struct license_ruling	 ruling;
	struct license_memory	 state;
	struct revocations	 list;
	bool			 has_list;
};

/* key_add - adds the key of --key: 32 bytes in base64 or base64url */
static enum err
key_add(struct ctx *ctx, const char *text, struct keyring *ring)
{
	uint8_t pub[ED25519_PUBLIC];
	size_t len = strlen(text), n = 0;
	enum err e;

	if ((!base64_decode(text, len, pub, sizeof(pub), &n) &&
	    !base64url_decode(text, len, pub, sizeof(pub), &n)) ||
	    n != sizeof(pub))
		return fail(ctx, ERR_INVALID, "keys",
		    "--key is not 32 bytes in base64");
	if ((e = key_of_bytes(ctx, pub, KEY_LICENSE, &ring->keys[0])) ==
	    ERR_OK)
		ring->n = 1;
	return e;
}

static enum err
ring_fill(struct ctl *ctl, struct keyring *ring)
{
	const char *key = ctl->options[OPTION_KEY];
	const struct public_keys from = { ctl->options[OPTION_KEYS],
	    KEYS_FILE, KEY_LICENSE };

	if (key != NULL)
		return key_add(ctl->ctx, key, ring);
	return keyfile_public(ctl->ctx, &from, ring);
}

/* list_refuse - says why the list of revoked licences is not good */
static enum err
list_refuse(struct ctx *ctx, const char *why)
{
	return fail(ctx, ERR_CONFLICT, "file", "%s", why);
}

/* list_load - reads --revocations; an older list than the last is refused */
static enum err
list_load(struct ctl *ctl, struct verify *v)
{
	const char *path = ctl->options[OPTION_REVOCATIONS], *why;
	struct ctx *ctx = ctl->ctx;
	struct str text;
	enum err e;

	if (path == NULL)
		return v->state.serial == 0 ? ERR_OK : list_refuse(ctx,
		    text_printf(ctx->mem, "list %" PRId64 " of revoked "
		    "licences was seen before: give --revocations",
		    v->state.serial));
	if ((e = ctl_read_file(ctx, ctx->mem, path, REVOCATIONS_MAX + 1,
	    &text)) != ERR_OK)
		return e;
	if ((why = revocations_read(ctx, &v->ring, text, &v->list)) != NULL)
		return list_refuse(ctx, text_printf(ctx->mem,
		    "%s: not a list of revoked licences signed with a given "
		    "key (%s)", path, why));
	if (v->list.serial < v->state.serial)
		return list_refuse(ctx, text_printf(ctx->mem,
		    "%s: list %" PRId64 " is older than list %" PRId64 ", "
		    "which was seen before", path, v->list.serial,
		    v->state.serial));
	v->has_list = true;
	return ERR_OK;
}

/* times_take - the time of --at or of the clock */
static bool
times_take(struct ctl *ctl, struct verify *v)
{
	const char *at = ctl->options[OPTION_AT];

	v->clock.now = (int64_t)time(NULL);
	return at == NULL || clock_of_text(at, &v->clock.now);
}

/* license_rule - reads the licence and decides */
static enum err
license_rule(struct ctl *ctl, struct verify *v)
{
	struct str text;
	const char *why;
	enum err e;

	if ((e = ctl_read_file(ctl->ctx, ctl->ctx->mem, ctl->args[0],
	    KEYS_BYTES, &text)) != ERR_OK)
		return e;
	why = license_read(ctl->ctx, &v->ring, text, &v->license);
	if (why != NULL) {
		v->ruling = (struct license_ruling){ VERDICT_INVALID, why,
		    false, false, 0 };
		return ERR_OK;
	}
	v->license.facts.revoked = v->has_list &&
	    revocations_hold(&v->list, v->license.id);
	v->ruling = license_decide(&v->license.facts, &v->clock);
	return ERR_OK;
}

/*
 * state_keep - remembers time and serial; a time of --at is somebody's question
 * and not the time that it is
 */
static enum err
state_keep(struct ctl *ctl, struct verify *v)
{
	const char *path = ctl->options[OPTION_STATE_FILE];
	struct license_memory kept = v->state;

	if (path == NULL || ctl->options[OPTION_AT] != NULL)
		return ERR_OK;
	if (v->clock.now > kept.highest_time)
		kept.highest_time = v->clock.now;
	if (v->has_list)
		kept.serial = v->list.serial;
	return license_memory_store(ctl->ctx, path, &kept);
}

static void
put_time(struct json *object, const char *name, int64_t seconds)
{
	char text[CLOCK_TEXT_MAX];

	clock_text(seconds, text);
	json_put_text(object, name, seconds == 0 ? NULL : text);
}

/* put_part - copies an object of the licence into the answer */
static enum err
put_part(struct ctx *ctx, struct json *out, const char *name,
    const struct json *part)
{
	const char *text;
	enum err e;

	if (part == NULL)
		return ERR_OK;
	if ((e = json_print(ctx, part, &text, NULL)) != ERR_OK)
		return e;
	return json_put_raw(ctx, out, name, text);
}

static int
verdict_json(struct ctl *ctl, const struct verify *v)
{
	const struct license *license = &v->license;
	struct json *out = json_object(ctl->ctx);

	json_put_text(out, "state", license_verdicts[v->ruling.verdict]);
	json_put_text(out, "reason", v->ruling.reason);
	json_put_bool(out, "read", v->ruling.read);
	json_put_bool(out, "write", v->ruling.write);
	put_time(out, "until", v->ruling.until);
	put_time(out, "checked_at", license_time(&v->clock));
	if (license->id == NULL)
		return ctl_print(ctl, out);
	json_put_text(out, "form", license->token ? "jwt" : "file");
	json_put_text(out, "id", license->id);
	json_put_text(out, "tenant", license->tenant);
	json_put_text(out, "tier", license->tier);
	json_put_text(out, "key", license->kid);
	put_time(out, "issued", license->issued);
	put_time(out, "valid_until", license->facts.valid_until);
	put_time(out, "grace_until", license->facts.grace_until);
	if (put_part(ctl->ctx, out, "limits", license->limits) != ERR_OK ||
	    put_part(ctl->ctx, out, "features", license->features) !=
	    ERR_OK || put_part(ctl->ctx, out, "entitlements",
	    license->entitlements) != ERR_OK)
		return ctl_bad(ctl);
	return ctl_print(ctl, out);
}

static void
print_time(const char *what, int64_t seconds)
{
	char text[CLOCK_TEXT_MAX];

	clock_text(seconds, text);
	(void)printf("%-16s %s\n", what, text);
}

/* value_words - a limit or a feature as people read it */
static const char *
value_words(struct ctx *ctx, const struct json *value)
{
	const char *text = json_text(value, NULL);
	int64_t number;
	bool flag;

	if (text != NULL)
		return text;
	if (json_bool(value, &flag))
		return flag ? "yes" : "no";
	if (json_is_null(value) || !json_int(value, &number) ||
	    number == LICENSE_UNLIMITED)
		return "unlimited";
	text = text_printf(ctx->mem, "%" PRId64, number);
	return text == NULL ? "" : text;
}

/* print_part - prints the members of an object, one a line */
static void
print_part(struct ctx *ctx, const char *what, const struct json *part)
{
	const struct json *value;
	const char *name;
	size_t i;

	for (i = 0; i < json_count(part); i++) {
		name = json_key_at(part, i, &value);
		(void)printf("%-16s %s: %s\n", i == 0 ? what : "", name,
		    value_words(ctx, value));
	}
}

static void
print_facts(struct ctl *ctl, const struct verify *v)
{
	const struct license *license = &v->license;

	(void)printf("%-16s %s\n%-16s %s\n%-16s %s (%s)\n", "tenant",
	    license->tenant, "tier", license->tier, "licence", license->id,
	    license->token ? "JWT" : "payload.signature");
	(void)printf("%-16s %s\n", "signed with key", license->kid);
	print_time("issued", license->issued);
	print_time("valid from", license->facts.starts);
	print_time("valid until", license->facts.valid_until);
	print_time("readable until", license->facts.grace_until);
	print_part(ctl->ctx, "limits", license->limits);
	print_part(ctl->ctx, "features", license->features);
	print_part(ctl->ctx, "entitlements", license->entitlements);
}

/* print_checks - which time and which list counted */
static void
print_checks(const struct verify *v)
{
	print_time("checked at", license_time(&v->clock));
	if (v->clock.mark > v->clock.now)
		(void)printf("The clock was set back: the highest time that "
		    "was seen counts.\n");
	if (v->has_list)
		(void)printf("List %" PRId64 " of revoked licences %s.\n",
		    v->list.serial, v->license.facts.revoked ?
		    "names it" : "does not name it");
	else
		(void)printf("No list of revoked licences was given.\n");
}

static int
verdict_text(struct ctl *ctl, const struct verify *v)
{
	char until[CLOCK_TEXT_MAX];

	(void)printf("%s: %s: %s.\n", ctl->args[0],
	    license_verdicts[v->ruling.verdict],
	    license_says(v->ruling.reason));
	if (v->ruling.until != 0) {
		clock_text(v->ruling.until, until);
		(void)printf("This holds until %s.\n", until);
	}
	if (v->license.id == NULL)
		return CTL_GOOD;
	print_facts(ctl, v);
	print_checks(v);
	return CTL_GOOD;
}

int
license_verify(struct ctl *ctl)
{
	const char *memory = ctl->options[OPTION_STATE_FILE];
	struct verify v = { .has_list = false };
	enum err e;
	int rc;

	if (ctl->options[OPTION_KEY] != NULL &&
	    ctl->options[OPTION_KEYS] != NULL)
		return ctl_usage(ctl, "--key or --keys, not both");
	if (!times_take(ctl, &v))
		return ctl_usage(ctl, "--at is a time like "
		    "2026-03-01T09:15:10Z");
	if ((memory != NULL && license_memory_load(ctl->ctx, memory,
	    &v.state) != ERR_OK) || ring_fill(ctl, &v.ring) != ERR_OK)
		return ctl_bad(ctl);
	v.clock.mark = v.state.highest_time;
	e = list_load(ctl, &v);
	if (e == ERR_CONFLICT) {
		(void)ctl_bad(ctl);
		return EXIT_LIST;
	}
	if (e != ERR_OK || license_rule(ctl, &v) != ERR_OK ||
	    state_keep(ctl, &v) != ERR_OK)
		return ctl_bad(ctl);
	rc = ctl->json ? verdict_json(ctl, &v) : verdict_text(ctl, &v);
	return rc != CTL_GOOD ? rc : exits[v.ruling.verdict];
}
