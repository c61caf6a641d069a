/* SPDX-License-Identifier: Apache-2.0 */
/* Places: what operators give, and what they see. */
#include "config.h"

#include <string.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/proto/sealed.h"
#include "libshared/proto/place_row.h"

#define PEM_MAX		16384
#define CERTIFICATE	"-----BEGIN CERTIFICATE-----"
#define PRIVATE_KEY	"PRIVATE KEY-----"
#define MORE_MAX	100000000
#define OVERCOMMIT_MIN	10
#define OVERCOMMIT_MAX	100000

static const char *const kinds[] = { "engine", NULL };

const struct field place_in_fields[] = {
	FIELD_TEXT(struct place_in, name, 2, 31, CHARSET_NAME),
	FIELD_CHOICE(struct place_in, kind, kinds),
	FIELD_TEXT_OPT(struct place_in, endpoint, 1, 255, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct place_in, ca, 1, PEM_MAX, CHARSET_ANY),
	FIELD_TEXT_OPT(struct place_in, certificate, 1, PEM_MAX, CHARSET_ANY),
	FIELD_SECRET_OPT(struct place_in, key, 1, SEALED_MAX, CHARSET_ANY),
	FIELD_TEXT_OPT(struct place_in, registry, 1, 255, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct place_in, tenant, 3, 31, CHARSET_SLUG),
	FIELD_INT_OPT(struct place_in, cpu_millis, 1, MORE_MAX),
	FIELD_INT_OPT(struct place_in, memory_mb, 1, MORE_MAX),
	FIELD_INT_OPT(struct place_in, max_tenants, 1, MORE_MAX),
	FIELD_INT_OPT(struct place_in, cpu_overcommit, OVERCOMMIT_MIN,
	    OVERCOMMIT_MAX),
	FIELD_INT_OPT(struct place_in, memory_overcommit, OVERCOMMIT_MIN,
	    OVERCOMMIT_MAX),
	FIELD_END_OF("PlaceCreate")
};

const struct field place_row_view[] = {
	VIEW_UUID(struct place_row, id),
	VIEW_TEXT(struct place_row, name),
	VIEW_CHOICE(struct place_row, kind, kinds),
	VIEW_CHOICE(struct place_row, state, place_states),
	VIEW_TEXT_OPT(struct place_row, tenant),
	VIEW_TEXT_OPT(struct place_row, endpoint),
	VIEW_TEXT_OPT(struct place_row, registry),
	VIEW_INT(struct place_row, tenants),
	VIEW_INT_OPT(struct place_row, max_tenants),
	VIEW_INT(struct place_row, applications),
	VIEW_INT(struct place_row, cpu_used),
	VIEW_INT_OPT(struct place_row, cpu_most),
	VIEW_INT(struct place_row, cpu_overcommit),
	VIEW_INT(struct place_row, memory_used),
	VIEW_INT_OPT(struct place_row, memory_most),
	VIEW_INT(struct place_row, memory_overcommit),
	VIEW_BOOL(struct place_row, checking),
	VIEW_TIME_OPT(struct place_row, checked_at),
	VIEW_TEXT_OPT(struct place_row, error),
	VIEW_TEXT_OPT(struct place_row, version),
	VIEW_INT_OPT(struct place_row, free_mb),
	VIEW_INT_OPT(struct place_row, disk_mb),
	VIEW_INT_OPT(struct place_row, disk_free_mb),
	VIEW_INT_OPT(struct place_row, images),
	VIEW_TIME(struct place_row, created_at),
	FIELD_END_OF("Place")
};

/* authority_sound - is it host or host:port? */
static bool
authority_sound(const char *text)
{
	struct str rest = str_of(text), host = str_cut(&rest, ':');
	int64_t port;

	return host.len > 0 && host.p[strspn(host.p, "abcdefghijklmnopqrstuvwxy"
	    "zABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] ==
	    (host.len == strlen(text) ? '\0' : ':') &&
	    (host.len == strlen(text) || str_int(rest, 1, 65535, &port));
}

static bool
is_https(const struct place_in *in)
{
	return in->endpoint != NULL &&
	    strncmp(in->endpoint, "https://", 8) == 0;
}

static void
pem_check(struct ctx *ctx, const char *field, const char *text,
    const char *begin)
{
	if (text == NULL)
		fail_field(ctx, field, "is missing: an https endpoint is "
		    "reached over mutual TLS");
	else if (strstr(text, begin) == NULL || strncmp(text, "-----BEGIN ",
	    11) != 0)
		fail_field(ctx, field, "is not PEM of the right kind");
	else if (strstr(text, "ENCRYPTED") != NULL)
		fail_field(ctx, field, "has a passphrase: remove it");
}

static enum err
parts_check(struct ctx *ctx, const struct place_in *in)
{
	const char *at = in->endpoint;

	if (is_https(in)) {
		if (!authority_sound(at + 8))
			fail_field(ctx, "endpoint", "must be https://host:port"
			    ", without a path");
		pem_check(ctx, "ca", in->ca, CERTIFICATE);
		pem_check(ctx, "certificate", in->certificate, CERTIFICATE);
		pem_check(ctx, "key", in->key, PRIVATE_KEY);
	} else {
		if (at != NULL && (strncmp(at, "unix:/", 6) != 0 ||
		    strchr(at, ' ') != NULL || strlen(at) > 5 + 107))
			fail_field(ctx, "endpoint", "must begin with unix:/ or "
			    "https://");
		if (in->ca != NULL || in->certificate != NULL ||
		    in->key != NULL)
			fail_field(ctx, "endpoint", "is a socket, where no "
			    "certificates are shown");
	}
	if (in->registry != NULL && !authority_sound(in->registry))
		fail_field(ctx, "registry", "must be host:port");
	return ctx->fault.nfields == 0 ? ERR_OK : fail(ctx, ERR_BAD_INPUT,
	    "invalid_fields",
	    "Some fields are not acceptable; see errors.");
}

const char *
place_bound(struct ctx *ctx, const struct uuid *id)
{
	return text_printf(ctx->mem, "place|%s", id->text);
}

/* key_seal - puts the sealed key into the object */
static enum err
key_seal(struct ctx *ctx, const struct uuid *id, const char *key,
    const char *public, struct json *object)
{
	const char *box;
	enum err e;

	if (public == NULL)
		return fail(ctx, ERR_UNAVAILABLE, "worker_silent",
		    "the worker has not published its key yet: is it running?");
	if ((e = sealed_post(ctx, public, place_bound(ctx, id), str_of(key),
	    &box)) == ERR_OK)
		json_put_text(object, "key_box", box);
	return e;
}

static void
number_put(struct json *object, const char *name, int64_t value)
{
	if (value != 0)
		json_put_int(object, name, value);
}

enum err
place_row_make(struct ctx *ctx, const struct uuid *id,
    const struct place_in *in, const char *public, const char **text)
{
	struct json *object = json_object(ctx);
	enum err e;

	if ((e = parts_check(ctx, in)) != ERR_OK || (in->key != NULL &&
	    (e = key_seal(ctx, id, in->key, public, object)) != ERR_OK))
		return e;
	json_put_text(object, "name", in->name);
	json_put_text(object, "kind", in->kind);
	json_put_text(object, "endpoint", in->endpoint);
	json_put_text(object, "ca", in->ca);
	json_put_text(object, "certificate", in->certificate);
	json_put_text(object, "registry", in->registry);
	json_put_text(object, "tenant", in->tenant);
	number_put(object, "cpu_millis", in->cpu_millis);
	number_put(object, "memory_mb", in->memory_mb);
	number_put(object, "max_tenants", in->max_tenants);
	number_put(object, "cpu_overcommit", in->cpu_overcommit);
	number_put(object, "memory_overcommit", in->memory_overcommit);
	return json_print(ctx, object, text, NULL);
}

enum err
place_moved(struct ctx *ctx, const struct place_row *row, const char *answer)
{
	if (answer[0] == '\0')
		return ERR_OK;
	if (strcmp(answer, "!") == 0)
		return fail(ctx, ERR_CONFLICT, "place_state",
		    "place '%s' is %s", row->name, row->state);
	return fail(ctx, ERR_CONFLICT, "place_occupied",
	    "%lld tenant%s at place '%s': %s%s", (long long)row->tenants,
	    row->tenants == 1 ? " is" : "s are", row->name, answer,
	    row->tenants > 10 ? ", ..." : "");
}
