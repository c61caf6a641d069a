/* SPDX-License-Identifier: Apache-2.0 */
/* Places: what operators give, and what they see. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto_rsa.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/proto/manifest_place.h"
#include "libshared/rows/place_row.h"
#include "libshared/proto/sealed.h"

#define PEM_MAX		16384
#define CLUSTER_MAX	65536
#define CERTIFICATE	"-----BEGIN CERTIFICATE-----"
#define PRIVATE_KEY	"PRIVATE KEY-----"
#define MORE_MAX	100000000
#define OVERCOMMIT_MIN	10
#define OVERCOMMIT_MAX	100000

static const char *const kinds[] = { "engine", "kubernetes", NULL };
static const char *const sslmodes[] = { "disable", "prefer", "require",
    "verify-ca", "verify-full", NULL };

/* A peer names one of cidr, and namespace with one label of its pods. */
static const struct field peer_shape[] = {
	SHAPE_TEXT_ABSENT(cidr),
	SHAPE_TEXT_ABSENT(namespace),
	SHAPE_FORM(pods, FIELD_ABSENT, FORM_TEXT_MAP, NULL),
	FIELD_END_OF("ClusterPeer")
};

static const struct field cluster_shape[] = {
	SHAPE_TEXT(registry),
	SHAPE_TEXT(server_image),
	SHAPE_TEXT(pooler_image),
	SHAPE_TEXT(chart),
	SHAPE_TEXT(chart_version),
	SHAPE_AT(chart_insecure, FIELD_KIND_BOOL, FIELD_ABSENT),
	SHAPE_TEXT(flux_namespace),
	SHAPE_TEXT(flux_repository),
	SHAPE_TEXT(flux_account),
	SHAPE_TEXT(pod_security),
	SHAPE_TEXT(postgres_host),
	SHAPE_INT(postgres_port),
	SHAPE_TEXT(postgres_name),
	SHAPE_CHOICE(postgres_sslmode, sslmodes),
	SHAPE_TEXT_ABSENT(postgres_ca),
	SHAPE_OBJECTS(dns, peer_shape),
	SHAPE_OBJECTS(postgres, peer_shape),
	SHAPE_FORM(platform, FIELD_ABSENT, FORM_OBJECTS, peer_shape),
	SHAPE_FORM(opensearch, FIELD_ABSENT, FORM_OBJECTS, peer_shape),
	SHAPE_TEXTS(ranges),
	FIELD_END_OF("Cluster")
};

const struct field place_in_fields[] = {
	FIELD_TEXT(struct place_in, name, 2, 31, CHARSET_NAME),
	FIELD_CHOICE(struct place_in, kind, kinds),
	FIELD_TEXT_OPT(struct place_in, endpoint, 1, 255, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct place_in, ca, 1, PEM_MAX, CHARSET_ANY),
	FIELD_TEXT_OPT(struct place_in, certificate, 1, PEM_MAX, CHARSET_ANY),
	FIELD_SECRET_OPT(struct place_in, key, 1, SEALED_MAX, CHARSET_ANY),
	FIELD_TEXT_OPT(struct place_in, registry, 1, 255, CHARSET_TEXT),
	FIELD_OBJECT_OPT(struct place_in, cluster, cluster_shape, CLUSTER_MAX),
	FIELD_SECRET_OPT(struct place_in, token, 1, SEALED_MAX, CHARSET_TEXT),
	FIELD_TEXT_OPT(struct place_in, seal_certificate, 1, PEM_MAX,
	    CHARSET_ANY),
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
	VIEW_TEXT_OPT(struct place_row, warning),
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

/* engine_check - a socket, or another machine over mutual TLS */
static void
engine_check(struct ctx *ctx, const struct place_in *in)
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
	if (in->cluster != NULL || in->token != NULL ||
	    in->seal_certificate != NULL)
		fail_field(ctx, "kind", "is that of an engine, which has no "
		    "cluster, token or seal_certificate");
}

/* needed_check - what a cluster must have, and what it must not */
static void
needed_check(struct ctx *ctx, const struct place_in *in)
{
	const struct { const char *name, *value; bool must; } members[] = {
		{ "token", in->token, true },
		{ "cluster", in->cluster, true },
		{ "certificate", in->certificate, false },
		{ "key", in->key, false },
		{ "registry", in->registry, false },
	};
	size_t i;

	for (i = 0; i < nitems(members); i++)
		if ((members[i].value != NULL) != members[i].must)
			fail_field(ctx, members[i].name, members[i].must ?
			    "is missing: a cluster needs it" :
			    "is not for a cluster");
}

static void
cluster_check(struct ctx *ctx, const struct place_in *in)
{
	struct rsa_certificate unused;
	const char *why;

	if (!is_https(in) || !authority_sound(in->endpoint + 8))
		fail_field(ctx, "endpoint", "must be https://host:port of the "
		    "API server, without a path");
	pem_check(ctx, "ca", in->ca, CERTIFICATE);
	if (in->seal_certificate == NULL)
		why = "is missing: kubeseal --fetch-cert prints it";
	else
		why = rsa_certificate_read(str_of(in->seal_certificate),
		    (int64_t)time(NULL), &unused);
	if (why != NULL)
		fail_field(ctx, "seal_certificate", "%s", why);
	needed_check(ctx, in);
}

static enum err
parts_check(struct ctx *ctx, const struct place_in *in)
{
	if (strcmp(in->kind, "kubernetes") == 0)
		cluster_check(ctx, in);
	else
		engine_check(ctx, in);
	return ctx->fault.nfields == 0 ? ERR_OK : fail(ctx, ERR_BAD_INPUT,
	    "invalid_fields",
	    "Some fields are not acceptable; see errors.");
}

/*
 * cluster_put - the description under the place's own name, once it was read
 * as the worker will read it
 */
static enum err
cluster_put(struct ctx *ctx, const struct place_in *in, struct json *object)
{
	struct manifest_place unused;
	struct fault fault;
	struct json *cluster;
	const char *text;
	size_t len;
	enum err e;

	if ((e = json_parse(ctx, in->cluster, strlen(in->cluster),
	    &cluster)) != ERR_OK)
		return e;
	if (!json_is_object(cluster)) {
		fail_field(ctx, "cluster", "must be an object");
	} else {
		json_put_text(cluster, "name", in->name);
		if ((e = json_print(ctx, cluster, &text, &len)) != ERR_OK)
			return e;
		if (manifest_place_read(ctx, (struct str){ text, len },
		    &unused) != ERR_OK) {
			fault = ctx->fault;
			fail_clear(ctx);
			fail_field(ctx, "cluster", "%s", fault.detail);
		}
	}
	if (ctx->fault.nfields > 0)
		return fail(ctx, ERR_BAD_INPUT, "invalid_fields",
		    "Some fields are not acceptable; see errors.");
	json_put(object, "cluster", cluster);
	return ERR_OK;
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
	const char *secret = in->token != NULL ? in->token : in->key;
	enum err e;

	if ((e = parts_check(ctx, in)) != ERR_OK ||
	    (in->cluster != NULL && (e = cluster_put(ctx, in, object)) !=
	    ERR_OK) || (secret != NULL && (e = key_seal(ctx, id, secret,
	    public, object)) != ERR_OK))
		return e;
	json_put_text(object, "name", in->name);
	json_put_text(object, "kind", in->kind);
	json_put_text(object, "endpoint", in->endpoint);
	json_put_text(object, "ca", in->ca);
	json_put_text(object, "certificate", in->certificate);
	json_put_text(object, "seal_certificate", in->seal_certificate);
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
