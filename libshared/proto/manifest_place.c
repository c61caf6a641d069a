/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cluster as an operator describes it, in JSON: every value is checked here,
 * since it ends in manifests and in the pool's settings.
 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/proto/manifest_place.h"
#include "libshared/proto/oci_name.h"

#define CIDR_SIZE_MAX	64
#define RANGE4_MIN	8	/* wider ones would be no exception any more */
#define RANGE6_MIN	16
#define PEM_TEXT_MAX	(64 << 10)

static const char *const sslmodes[] = { "disable", "prefer", "require",
    "verify-ca", "verify-full", NULL };

static const struct field place_fields[] = {
	FIELD_TEXT(struct manifest_place, name, 2, 40, CHARSET_NAME),
	FIELD_TEXT(struct manifest_place, registry, 1, 200, CHARSET_TEXT),
	FIELD_TEXT(struct manifest_place, server_image, 1, 255, CHARSET_TEXT),
	FIELD_TEXT(struct manifest_place, pooler_image, 1, 255, CHARSET_TEXT),
	FIELD_TEXT(struct manifest_place, chart, 1, 255, CHARSET_TEXT),
	FIELD_TEXT(struct manifest_place, chart_version, 1, 128,
	    CHARSET_TEXT),
	FIELD_BOOL_OPT(struct manifest_place, chart_insecure),
	FIELD_TEXT(struct manifest_place, flux_namespace, 2, 63, CHARSET_NAME),
	FIELD_TEXT(struct manifest_place, flux_repository, 2, 63,
	    CHARSET_NAME),
	FIELD_TEXT(struct manifest_place, flux_account, 2, 63, CHARSET_NAME),
	FIELD_TEXT(struct manifest_place, pod_security, 2, 16, CHARSET_TOKEN),
	FIELD_TEXT(struct manifest_place, postgres_host, 1, 253,
	    CHARSET_TEXT),
	FIELD_INT(struct manifest_place, postgres_port, 1, 65535),
	FIELD_TEXT(struct manifest_place, postgres_name, 1, 63,
	    CHARSET_TOKEN),
	FIELD_CHOICE(struct manifest_place, postgres_sslmode, sslmodes),
	FIELD_AT(struct manifest_place, postgres_ca, FIELD_KIND_TEXT,
	    FIELD_OPTIONAL, CHARSET_ANY, 1, PEM_TEXT_MAX, NULL),
	FIELD_END
};

/* The lists of the description; a list that must not be empty allows all. */
static const struct {
	const char	*name;
	size_t		 offset;
	bool		 must;
} peer_lists[] = {
	{ "dns", offsetof(struct manifest_place, dns), true },
	{ "platform", offsetof(struct manifest_place, platform), false },
	{ "postgres", offsetof(struct manifest_place, postgres), true },
	{ "opensearch", offsetof(struct manifest_place, opensearch), false },
};

static enum err
place_refuse(struct ctx *ctx, const char *key, const char *why)
{
	return fail(ctx, ERR_BAD_INPUT, "place_invalid",
	    "the description of the place: %s %s", key, why);
}

/* bits_clear - no bit is set behind the prefix */
static bool
bits_clear(const uint8_t *address, size_t size, int64_t prefix)
{
	size_t i;

	for (i = 0; i < size * 8; i++)
		if ((int64_t)i >= prefix &&
		    (address[i / 8] >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

/* cidr_valid - address/prefix with no bit behind the prefix, in one spelling */
static bool
cidr_valid(const char *text, int64_t least4, int64_t least6)
{
	bool six = strchr(text, ':') != NULL;
	char copy[CIDR_SIZE_MAX], again[INET6_ADDRSTRLEN];
	struct str rest = str_of(text), address = str_cut(&rest, '/');
	uint8_t bytes[16];
	int64_t prefix;

	if (address.len >= sizeof(copy))
		return false;
	memcpy(copy, address.p, address.len);
	copy[address.len] = '\0';
	return str_int(rest, six ? least6 : least4, six ? 128 : 32, &prefix) &&
	    inet_pton(six ? AF_INET6 : AF_INET, copy, bytes) == 1 &&
	    inet_ntop(six ? AF_INET6 : AF_INET, bytes, again,
	    sizeof(again)) != NULL && strcmp(copy, again) == 0 &&
	    bits_clear(bytes, six ? 16 : 4, prefix);
}

/* label_valid - a DNS label (RFC 1123) */
static bool
label_valid(const char *text)
{
	size_t len = strlen(text);

	return len >= 1 && len <= 63 && text[0] != '-' &&
	    text[len - 1] != '-' && strspn(text,
	    "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* pair_valid - a key and a value of a label, without a prefix or with one */
static bool
pair_valid(const char *key, const char *value)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	const char *name = strrchr(key, '/');
	size_t before = name == NULL ? 0 : (size_t)(name - key);
	size_t len = strlen(name == NULL ? key : name + 1);

	name = name == NULL ? key : name + 1;
	return before <= 253 && strspn(key, set) >= before && len >= 1 &&
	    len <= 63 && strspn(name, set) == len &&
	    strchr("-_.", name[0]) == NULL &&
	    strchr("-_.", name[len - 1]) == NULL && strlen(value) <= 63 &&
	    strspn(value, set) == strlen(value) && (value[0] == '\0' ||
	    (strchr("-_.", value[0]) == NULL &&
	    strchr("-_.", value[strlen(value) - 1]) == NULL));
}

/*
 * peer_read - {"cidr": ...}, or {"namespace": ...} with one label of its pods
 * in {"pods": {...}}; NULL, else the reason
 */
static const char *
peer_read(const struct json *row, struct manifest_peer *peer)
{
	const struct json *pods = json_get(row, "pods"), *value;
	unsigned known;

	*peer = (struct manifest_peer){ .cidr = json_member(row, "cidr"),
	    .space = json_member(row, "namespace") };
	known = (peer->cidr != NULL ? 1u : 0u) +
	    (peer->space != NULL ? 1u : 0u) + (pods != NULL ? 1u : 0u);
	if (known != json_count(row) ||
	    (peer->cidr == NULL) == (peer->space == NULL) ||
	    (peer->cidr != NULL && pods != NULL))
		return "has a peer that is neither {cidr} nor {namespace,"
		    " pods}";
	if (peer->cidr != NULL)
		return cidr_valid(peer->cidr, RANGE4_MIN, RANGE6_MIN) ? NULL :
		    "has a cidr that is none";
	if (!label_valid(peer->space))
		return "has a namespace that is none";
	if (pods == NULL)
		return NULL;
	if (json_count(pods) != 1)
		return "has pods by another number of labels than one";
	peer->label = json_key_at(pods, 0, &value);
	peer->value = json_text(value, NULL);
	return peer->value != NULL && pair_valid(peer->label, peer->value) ?
	    NULL : "has a label that is none";
}

static const char *
peers_read(const struct json *list, bool must, struct manifest_peers *peers)
{
	const char *why;

	if (!json_is_null(list) && !json_is_array(list))
		return "must be a list";
	if (json_count(list) > MANIFEST_PEERS_MAX)
		return "has too many peers";
	if (must && json_count(list) == 0)
		return "is empty";
	for (peers->n = 0; peers->n < json_count(list); peers->n++)
		if ((why = peer_read(json_at(list, peers->n),
		    &peers->rows[peers->n])) != NULL)
			return why;
	return NULL;
}

static const char *
ranges_read(const struct json *list, struct manifest_place *place)
{
	const char *text;

	if (!json_is_array(list) || json_count(list) == 0 ||
	    json_count(list) > MANIFEST_RANGES_MAX)
		return "must be a list of at least one range";
	for (place->nranges = 0; place->nranges < json_count(list);
	    place->nranges++) {
		text = json_text(json_at(list, place->nranges), NULL);
		if (text == NULL || !cidr_valid(text, RANGE4_MIN, RANGE6_MIN))
			return "has a range that is none";
		place->ranges[place->nranges] = text;
	}
	return NULL;
}

/* scalars_of - a copy without the lists, for the table of fields */
static struct json *
scalars_of(struct ctx *ctx, const struct json *given)
{
	struct json *made = json_object(ctx);
	const struct json *value;
	const char *key, *text;
	int64_t number;
	size_t i;
	bool flag;

	for (i = 0; i < json_count(given); i++) {
		key = json_key_at(given, i, &value);
		if (json_is_array(value))
			continue;
		if ((text = json_text(value, NULL)) != NULL)
			json_put_text(made, key, text);
		else if (json_int(value, &number))
			json_put_int(made, key, number);
		else if (json_bool(value, &flag))
			json_put_bool(made, key, flag);
		else
			json_put_null(made, key);
	}
	return made;
}

static bool
chars_only(const char *text, const char *set)
{
	return text[0] != '\0' && strspn(text, set) == strlen(text);
}

#define HOST_CHARS	"abcdefghijklmnopqrstuvwxyz0123456789.-:"

static bool
image_valid(struct ctx *ctx, const char *image)
{
	const char *name, *digest;

	if (oci_reference(ctx, image, &name, &digest) == ERR_OK)
		return true;
	fail_clear(ctx);
	return false;
}

/* texts_check - what a table of fields cannot say */
static enum err
texts_check(struct ctx *ctx, const struct manifest_place *place)
{
	if (!chars_only(place->registry, HOST_CHARS "/_"))
		return place_refuse(ctx, "registry", "must be a host");
	if (!image_valid(ctx, place->server_image) ||
	    !image_valid(ctx, place->pooler_image))
		return place_refuse(ctx, "an image",
		    "is not named by its digest");
	if (strncmp(place->chart, "oci://", 6) != 0 ||
	    !chars_only(place->chart + 6, HOST_CHARS "/_"))
		return place_refuse(ctx, "chart", "must be an oci:// address");
	if (!oci_tag_valid(place->chart_version) &&
	    !oci_digest_valid(place->chart_version))
		return place_refuse(ctx, "chart_version",
		    "is neither a tag nor a digest");
	if (place->pod_security[0] != 'v' && strcmp(place->pod_security,
	    "latest") != 0)
		return place_refuse(ctx, "pod_security",
		    "must be a version of Kubernetes");
	if (!chars_only(place->postgres_host, HOST_CHARS))
		return place_refuse(ctx, "postgres_host", "must be a host");
	if (strncmp(place->postgres_sslmode, "verify", 6) == 0 &&
	    place->postgres_ca == NULL)
		return place_refuse(ctx, "postgres_ca", "is missing");
	return ERR_OK;
}

static enum err
lists_read(struct ctx *ctx, const struct json *given,
    struct manifest_place *place)
{
	const struct json *value;
	const char *key, *why;
	size_t i, j, known;

	for (i = 0; i < json_count(given); i++) {
		key = json_key_at(given, i, &value);
		known = strcmp(key, "ranges") == 0 ? 1 : 0;
		for (j = 0; j < nitems(peer_lists); j++)
			known += strcmp(key, peer_lists[j].name) == 0 ? 1 : 0;
		if (json_is_array(value) && known == 0)
			return place_refuse(ctx, key, "is not known");
	}
	for (j = 0; j < nitems(peer_lists); j++)
		if ((why = peers_read(json_get(given, peer_lists[j].name),
		    peer_lists[j].must, (struct manifest_peers *)(void *)
		    ((char *)place + peer_lists[j].offset))) != NULL)
			return place_refuse(ctx, peer_lists[j].name, why);
	if ((why = ranges_read(json_get(given, "ranges"), place)) != NULL)
		return place_refuse(ctx, "ranges", why);
	return ERR_OK;
}

/* fields_read - the first field that is wrong is the reason */
static enum err
fields_read(struct ctx *ctx, const struct json *given,
    struct manifest_place *place)
{
	struct fault fault;
	enum err e = field_decode(ctx, place_fields, scalars_of(ctx, given),
	    place);

	if (e != ERR_BAD_INPUT || ctx->fault.nfields == 0)
		return e;
	fault = ctx->fault;
	fail_clear(ctx);
	return place_refuse(ctx, fault.fields[0].field,
	    fault.fields[0].detail);
}

enum err
manifest_place_read(struct ctx *ctx, struct str text,
    struct manifest_place *place)
{
	struct manifest_place made = { .name = NULL };
	struct json *given;
	enum err e;

	if ((e = json_parse(ctx, text.p, text.len, &given)) != ERR_OK)
		return e;
	if (!json_is_object(given))
		return place_refuse(ctx, "it", "must be an object");
	if ((e = lists_read(ctx, given, &made)) != ERR_OK ||
	    (e = fields_read(ctx, given, &made)) != ERR_OK ||
	    (e = texts_check(ctx, &made)) != ERR_OK)
		return e;
	*place = made;
	return ERR_OK;
}
