/* SPDX-License-Identifier: Apache-2.0 */
/* A tenant's manifests: names are checked, then part by part is built. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/proto/oci_name.h"
#include "modules/worker/runtime/manifest_part.h"
#include "modules/worker/runtime/runtime_names.h"

#define FILES_FIXED	16	/* beside those of applications */
#define FILES_APP	3
#define ENVIRONMENT_MAX	16
#define APP_MEM_MAX	((size_t)8 << 20)

/*
 * value_valid - Flux sends an object as JSON that the API server reads as YAML,
 * where these characters may not even stand in quotes
 */
static bool
value_valid(const char *value)
{
	struct str rest = str_of(value);
	uint32_t point;
	size_t n;

	for (; rest.len > 0; rest.p += n, rest.len -= n) {
		n = str_utf8_next(rest, &point);
		if (n == 0 || (point >= 0x7f && point <= 0x9f &&
		    point != 0x85) || point == 0xfffe || point == 0xffff)
			return false;
	}
	return true;
}

static enum err
env_check(struct ctx *ctx, const struct runtime_pair *env)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz_0123456789";

	for (; env != NULL && env->name != NULL; env++)
		if (env->name[0] == '\0' || env->value == NULL ||
		    strspn(env->name, set) != strlen(env->name) ||
		    (env->name[0] >= '0' && env->name[0] <= '9') ||
		    !value_valid(env->value))
			return fail(ctx, ERR_INVALID, "env_invalid",
			    "variable '%s' cannot be one on Kubernetes: its "
			    "name, or a control character in its value",
			    env->name);
	return ERR_OK;
}

static enum err
app_check(struct ctx *ctx, const struct manifest_tenant *tenant,
    const struct manifest_app *app)
{
	const struct runtime_ref *ref = &app->app.ref;
	const char *repository, *digest;
	enum err e;

	if (ref->slug == NULL || ref->name == NULL ||
	    strcmp(ref->slug, tenant->server.slug) != 0)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "an application of another tenant, or without a name");
	if ((e = runtime_ref_check(ctx, ref)) != ERR_OK ||
	    (e = env_check(ctx, app->app.env)) != ERR_OK)
		return e;
	if (strlen(ref->environment) > ENVIRONMENT_MAX ||
	    strchr(ref->environment, '-') != NULL)
		return fail(ctx, ERR_INVALID, "app_invalid",
		    "'%s' cannot be an environment on Kubernetes",
		    ref->environment);
	return oci_reference(ctx, app->app.image, &repository, &digest);
}

static enum err
input_check(struct ctx *ctx, const struct manifest_tenant *tenant)
{
	const struct runtime_ref server = { .slug = tenant->server.slug };
	size_t i;
	enum err e;

	if ((e = runtime_ref_check(ctx, &server)) != ERR_OK ||
	    (e = env_check(ctx, tenant->server.env)) != ERR_OK)
		return e;
	for (i = 0; i < tenant->napps; i++)
		if ((e = app_check(ctx, tenant, &tenant->apps[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

static int
path_compare(const void *a, const void *b)
{
	const struct manifest_file *left = a, *right = b;

	return strcmp(left->path, right->path);
}

/* files_keep - copies the files from `first` on into the caller's memory */
static enum err
files_keep(struct ctx *ctx, struct manifest_files *files, size_t first)
{
	struct manifest_file *row;

	for (row = files->rows + first; row < files->rows + files->n; row++) {
		row->path = arena_text(ctx->mem, row->path, strlen(row->path));
		row->text = arena_text(ctx->mem, row->text, strlen(row->text));
		if (row->path == NULL || row->text == NULL)
			return fail(ctx, ERR_TOO_LARGE, "manifest_too_large",
			    "the manifests are too large");
	}
	return ERR_OK;
}

/* app_build - in the memory of `own`, of which only the files are kept */
static enum err
app_build(const struct manifest *m, struct ctx *own,
    const struct manifest_app *app)
{
	struct manifest part = *m;
	const size_t first = m->files->n;
	enum err e;

	ctx_reset(own);
	part.ctx = own;
	if ((e = manifest_app(&part, app)) == ERR_OK)
		return files_keep(m->ctx, m->files, first);
	return fail(m->ctx, e, own->fault.code, "%s",
	    own->fault.detail != NULL ? own->fault.detail : "no memory");
}

/*
 * apps_build - a tenant may have thousands of applications, and each is a tree
 * of a hundred nodes
 */
static enum err
apps_build(struct manifest *m)
{
	struct ctx *own = ctx_new(APP_MEM_MAX);
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; e == ERR_OK && i < m->tenant->napps; i++)
		e = app_build(m, own, &m->tenant->apps[i]);
	ctx_free(&own);
	return e;
}

static enum err
parts_build(struct manifest *m)
{
	enum err e;

	if ((e = manifest_flux(m, true)) != ERR_OK ||
	    (e = manifest_namespace(m)) != ERR_OK ||
	    (e = manifest_network(m)) != ERR_OK ||
	    (e = manifest_release(m)) != ERR_OK)
		return e;
	return apps_build(m);
}

/* manifest_begin - with room for so many files; *files is m->files */
static enum err
manifest_begin(struct manifest *m, size_t most, struct manifest_files *files)
{
	files->rows = arena_array(m->ctx->mem, most, sizeof(*files->rows));
	files->n = 0;
	m->files = files;
	m->space = manifest_space(m->ctx, m->slug);
	m->account = text_printf(m->ctx->mem, "tenant-%s", m->slug);
	if (files->rows == NULL || m->space == NULL || m->account == NULL)
		return fail(m->ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the manifests of %s are too large", m->slug);
	return ERR_OK;
}

enum err
manifest_build(struct ctx *ctx, const struct manifest_place *place,
    const struct manifest_tenant *tenant, const struct manifest_seal *seal,
    struct manifest_files *files)
{
	struct manifest m = { .ctx = ctx, .place = place, .tenant = tenant,
	    .seal = seal, .slug = tenant->server.slug };
	struct manifest_files made;
	enum err e;

	if ((e = input_check(ctx, tenant)) != ERR_OK ||
	    (e = manifest_begin(&m, FILES_FIXED + FILES_APP * tenant->napps,
	    &made)) != ERR_OK || (e = parts_build(&m)) != ERR_OK)
		return e;
	qsort(made.rows, made.n, sizeof(*made.rows), path_compare);
	*files = made;
	return ERR_OK;
}

enum err
manifest_build_app(struct ctx *ctx, const struct manifest_place *place,
    const struct manifest_app *app, const struct manifest_seal *seal,
    struct manifest_files *files)
{
	const struct manifest_tenant tenant = { .server = { .slug =
	    app->app.ref.slug } };
	struct manifest m = { .ctx = ctx, .place = place, .tenant = &tenant,
	    .seal = seal, .slug = app->app.ref.slug };
	struct manifest_files made;
	enum err e;

	if ((e = app_check(ctx, &tenant, app)) != ERR_OK ||
	    (e = manifest_begin(&m, FILES_APP, &made)) != ERR_OK ||
	    (e = manifest_app(&m, app)) != ERR_OK)
		return e;
	*files = made;
	return ERR_OK;
}

enum err
manifest_build_flux(struct ctx *ctx, const struct manifest_place *place,
    const char *slug, struct manifest_file *file)
{
	const struct runtime_ref server = { .slug = slug };
	struct manifest m = { .ctx = ctx, .place = place, .slug = slug };
	struct manifest_files made;
	enum err e;

	if ((e = runtime_ref_check(ctx, &server)) != ERR_OK ||
	    (e = manifest_begin(&m, 1, &made)) != ERR_OK ||
	    (e = manifest_flux(&m, false)) != ERR_OK)
		return e;
	*file = made.rows[0];
	return ERR_OK;
}
