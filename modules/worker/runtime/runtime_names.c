/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names, labels and specifications of a tenant's containers.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/oci_name.h"
#include "modules/worker/runtime/runtime_health.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_probe.h"

#define LABELS_MAX	12
#define ALIAS_MAX	63		/* a DNS label */

static const char small[] = "abcdefghijklmnopqrstuvwxyz";
static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

/* name_valid - a letter, then letters, digits and (if hyphen) inner hyphens */
static bool
name_valid(const char *name, size_t min, size_t max, bool hyphen)
{
	size_t len = name == NULL ? 0 : strlen(name);

	if (len < min || len > max || strchr(small, name[0]) == NULL ||
	    strspn(name, plain) != len || name[len - 1] == '-')
		return false;
	return hyphen || strchr(name, '-') == NULL;
}

void
runtime_bridge(const struct uuid *tenant, char name[BRIDGE_NAME_MAX])
{
	char hex[SHA256_HEX_MAX];

	sha256_hex(tenant->text, strlen(tenant->text), hex);
	bridge_name(hex, name);
}

static enum err
text_keep(struct ctx *ctx, const char **out, const char *made)
{
	*out = made;
	if (made == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a name");
	return ERR_OK;
}

enum err
runtime_network(struct ctx *ctx, const char *slug, const char **name)
{
	if (!name_valid(slug, 3, 31, false))
		return fail(ctx, ERR_INVALID, "slug_invalid",
		    "'%s' is not a tenant", slug != NULL ? slug : "");
	return text_keep(ctx, name, text_printf(ctx->mem, "cml-%s", slug));
}

enum err
runtime_ref_check(struct ctx *ctx, const struct runtime_ref *ref)
{
	const char *unused;
	enum err e;

	if ((e = runtime_network(ctx, ref->slug, &unused)) != ERR_OK)
		return e;
	if (ref->name != NULL && (!name_valid(ref->name, 2, 39, true) ||
	    !name_valid(ref->environment, 2, 39, true)))
		return fail(ctx, ERR_INVALID, "app_invalid",
		    "'%s' in '%s' is not an application", ref->name,
		    ref->environment != NULL ? ref->environment : "");
	return ERR_OK;
}

static void
label_put(struct runtime_pair *labels, const char *name, const char *value)
{
	while (labels->name != NULL)
		labels++;
	*labels = (struct runtime_pair){ name, value };
}

static enum err
base_labels(struct ctx *ctx, const struct runtime_ref *ref,
    struct runtime_pair **labels)
{
	*labels = arena_array(ctx->mem, LABELS_MAX, sizeof(**labels));
	if (*labels == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for labels");
	label_put(*labels, LABEL_TENANT, ref->slug);
	label_put(*labels, LABEL_ROLE, ref->name == NULL ? "server" : "app");
	if (ref->name != NULL) {
		label_put(*labels, LABEL_APP, ref->name);
		label_put(*labels, LABEL_ENV, ref->environment);
	}
	return ERR_OK;
}

enum err
runtime_selector(struct ctx *ctx, const struct runtime_ref *ref,
    const struct runtime_pair **labels)
{
	struct runtime_pair *made;
	enum err e;

	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = base_labels(ctx, ref, &made)) != ERR_OK)
		return e;
	*labels = made;
	return ERR_OK;
}

static void
hash_add(struct sha256 *hash, const void *data, size_t len)
{
	uint64_t n = len;

	sha256_add(hash, &n, sizeof(n));	/* a|bc differs from ab|c */
	sha256_add(hash, data, len);
}

static void
hash_add_text(struct sha256 *hash, const char *value)
{
	hash_add(hash, value != NULL ? value : "",
	    value != NULL ? strlen(value) : 0);
}

/* spec_digest - changes whenever the container has to be replaced */
static enum err
spec_digest(struct ctx *ctx, const struct engine_spec *spec,
    const struct runtime_secret *secret, const char **digest)
{
	const struct runtime_pair *pair;
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX_MAX];
	struct sha256 *hash = sha256_new();
	int64_t limits[] = { spec->limits.memory_mb, spec->limits.cpu_millis,
	    spec->limits.pids, spec->limits.tmp_mb };

	hash_add_text(hash, spec->image);
	hash_add_text(hash, spec->mac);
	hash_add(hash, limits, sizeof(limits));
	for (pair = spec->env; pair != NULL && pair->name != NULL; pair++) {
		hash_add_text(hash, pair->name);
		hash_add_text(hash, pair->value);
	}
	hash_add_text(hash, "secrets");
	for (; secret != NULL && secret->name != NULL; secret++) {
		hash_add_text(hash, secret->name);
		hash_add(hash, secret->data, secret->len);
	}
	sha256_end(&hash, sum);
	hex_of(sum, sizeof(sum), hex);
	return text_keep(ctx, digest, arena_text(ctx->mem, hex, 32));
}

/* spec_finish - adds what servers and applications have in common */
static enum err
spec_finish(struct ctx *ctx, const char *registry, const struct uuid *tenant,
    const struct runtime_secret *secrets, struct engine_spec *spec)
{
	struct runtime_pair *labels = (struct runtime_pair *)
	    (uintptr_t)spec->labels;
	const char *repository, *hash, *digest, *image = spec->image;
	enum err e;

	if ((e = oci_reference(ctx, image, &repository, &hash)) != ERR_OK ||
	    (e = text_keep(ctx, &spec->image, text_printf(ctx->mem, "%s/%s",
	    registry, image))) != ERR_OK ||
	    (e = spec_digest(ctx, spec, secrets, &digest)) != ERR_OK)
		return e;
	spec->restarts_max = RUNTIME_RESTARTS_MAX;
	label_put(labels, LABEL_TENANT_ID, tenant->text);
	label_put(labels, LABEL_IMAGE, image);
	label_put(labels, LABEL_SPEC, digest);
	return ERR_OK;
}

const char *
runtime_server_host(struct ctx *ctx, const char *slug)
{
	return text_printf(ctx->mem, "cameleer-server-%s", slug);
}

enum err
runtime_server_spec(struct ctx *ctx, const char *registry,
    const struct runtime_tenant *tenant, struct engine_spec *spec)
{
	struct runtime_ref ref = { .slug = tenant->slug };
	struct engine_spec made = { .image = tenant->image,
	    .env = tenant->env, .limits = tenant->limits };
	char bridge[BRIDGE_NAME_MAX], mac[BRIDGE_MAC_MAX];
	struct runtime_pair *labels;
	enum err e;

	runtime_bridge(&tenant->id, bridge);
	bridge_server_mac(bridge, mac);
	if ((e = runtime_ref_check(ctx, &ref)) != ERR_OK ||
	    (e = runtime_network(ctx, ref.slug, &made.network)) != ERR_OK ||
	    (e = text_keep(ctx, &made.mac, arena_text(ctx->mem, mac,
	    strlen(mac)))) != ERR_OK ||
	    (e = text_keep(ctx, &made.name, runtime_server_host(ctx,
	    ref.slug))) != ERR_OK ||
	    (e = base_labels(ctx, &ref, &labels)) != ERR_OK)
		return e;
	made.labels = labels;
	if ((e = spec_finish(ctx, registry, &tenant->id, tenant->secrets,
	    &made)) != ERR_OK)
		return e;
	*spec = made;
	return ERR_OK;
}

enum err
runtime_app_spec(struct ctx *ctx, const char *registry,
    const struct runtime_app *app, struct engine_spec *spec)
{
	struct engine_spec made = { .image = app->image, .env = app->env,
	    .limits = app->limits };
	const char *gen = app->generation, *release, *alias, *health;
	const struct runtime_ref *ref = &app->ref;
	struct runtime_pair *labels;
	enum err e;

	if (ref->name == NULL || gen == NULL || strlen(gen) != 8 ||
	    strspn(gen, "0123456789abcdef") != 8)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "an application without name or generation");
	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = runtime_network(ctx, ref->slug, &made.network)) != ERR_OK ||
	    (e = text_keep(ctx, &alias, text_printf(ctx->mem, "%s-%s-%s",
	    ref->slug, ref->environment, ref->name))) != ERR_OK ||
	    (e = text_keep(ctx, &made.name, text_printf(ctx->mem, "%s-%s",
	    alias, gen))) != ERR_OK ||
	    (e = text_keep(ctx, &release, text_printf(ctx->mem, "%lld",
	    (long long)app->release))) != ERR_OK ||
	    (e = text_keep(ctx, &health, runtime_health_text(ctx,
	    &app->health))) != ERR_OK ||
	    (e = base_labels(ctx, ref, &labels)) != ERR_OK)
		return e;
	made.alias = strlen(alias) <= ALIAS_MAX ? alias : NULL;
	made.labels = labels;
	label_put(labels, LABEL_RELEASE, release);
	label_put(labels, LABEL_GENERATION, gen);
	label_put(labels, LABEL_HEALTH, health);
	if ((e = spec_finish(ctx, registry, &app->tenant, app->secrets,
	    &made)) != ERR_OK)
		return e;
	*spec = made;
	return ERR_OK;
}

enum err
runtime_probe_spec(struct ctx *ctx, const struct runtime_probe *probe,
    struct engine_spec *spec)
{
	struct engine_spec made = { .restarts_max = 1,
	    .limits = { .memory_mb = 64, .cpu_millis = 200, .pids = 64,
	    .tmp_mb = 1 } };
	struct runtime_pair *labels = arena_array(ctx->mem, LABELS_MAX,
	    sizeof(*labels)), *env = arena_array(ctx->mem, 2, sizeof(*env));
	enum err e;

	if (labels == NULL || env == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a probe");
	if ((e = runtime_network(ctx, probe->slug, &made.network)) != ERR_OK ||
	    (e = text_keep(ctx, &made.name, text_printf(ctx->mem,
	    "cameleer-probe-%s", probe->slug))) != ERR_OK)
		return e;
	label_put(labels, LABEL_PROBE, probe->slug);
	label_put(labels, LABEL_RUN, probe->run);
	env[0] = (struct runtime_pair){ RUNTIME_PROBE_ORDERS, probe->orders };
	made.labels = labels;
	made.env = env;
	*spec = made;
	return ERR_OK;
}
