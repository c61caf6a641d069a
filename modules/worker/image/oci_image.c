/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents of the images of applications and of the platform itself.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/image/gunzip.h"
#include "modules/worker/image/oci_build.h"

#define TAG_DIGITS	12	/* of the JAR's SHA-256 */

static enum err
add_agent(struct build *b, const struct image_template *template,
    const char *path)
{
	struct tar_file file = { .name = template->copy[TEMPLATE_AGENT] };
	enum err e;

	if ((e = build_open(b->ctx, path, &file.fd, &file.size)) != ERR_OK)
		return e;
	return build_add(b, &file, 1, "COPY agent.jar", NULL);
}

/* is_known - looks for a tag of this JAR in the repository */
static enum err
is_known(struct build *b, const char *sha256, bool *known)
{
	const char *const *tags, *end;
	size_t i, n;
	enum err e;

	*known = true;		/* look first, then send */
	if (sha256 == NULL || strlen(sha256) != 64)
		return ERR_OK;
	if ((e = registry_tags(b->ctx, &b->to, &tags, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		end = strrchr(tags[i], '-');
		if (end != NULL && strncmp(end + 1, sha256, TAG_DIGITS) == 0)
			return ERR_OK;
	}
	*known = false;
	return ERR_OK;
}

static enum err
add_jar(struct build *b, const struct image_template *template,
    const struct image_spec *spec, char *sha256)
{
	struct tar_file file = { .name = template->copy[TEMPLATE_APP],
	    .fd = spec->jar_fd, .size = spec->jar_size };
	bool known;
	enum err e;

	if ((e = is_known(b, spec->jar_sha256, &known)) != ERR_OK)
		return e;
	e = (known ? build_add : build_send)(b, &file, 1, "COPY app.jar",
	    sha256);
	if (e != ERR_OK)
		return e;
	if (spec->jar_sha256 != NULL && spec->jar_sha256[0] != '\0' &&
	    strcmp(spec->jar_sha256, sha256) != 0)
		return fail(b->ctx, ERR_INVALID, "jar_changed",
		    "the stored JAR is not the one that was uploaded");
	return ERR_OK;
}

enum err
image_assemble(struct ctx *ctx, const struct registry *registry,
    const struct image_template *template, const struct image_spec *spec,
    struct image *image)
{
	struct template_pair labels[TEMPLATE_ITEMS_MAX + 2];
	struct template_pair env[TEMPLATE_ITEMS_MAX + 1];
	struct build_config config = { .user = template->user,
	    .workdir = template->workdir, .entrypoint = template->entrypoint,
	    .nentrypoint = template->nentrypoint, .env = { env },
	    .labels = { labels, spec->labels } };
	struct build *b = arena_get(ctx->mem, sizeof(*b));
	char tag[OCI_TAG_MAX + 1];
	struct image made = { 0 };
	enum err e;

	if (b == NULL || spec->number < 1 || spec->jar_size < 1)
		return fail(ctx, ERR_INTERNAL, NULL, "nothing to assemble");
	memset(labels, 0, sizeof(labels));
	memset(env, 0, sizeof(env));
	memcpy(labels, template->labels, sizeof(template->labels));
	memcpy(env, template->env, sizeof(template->env));
	if ((e = build_begin(b, ctx, registry, spec->repository,
	    spec->base)) != ERR_OK ||
	    (e = add_agent(b, template, spec->agent_jar)) != ERR_OK ||
	    (e = add_jar(b, template, spec, made.jar_sha256)) != ERR_OK)
		return e;
	labels[template->nlabels] = (struct template_pair){
	    "cameleer.jar.sha256", made.jar_sha256 };
	snprintf(tag, sizeof(tag), "v%lld-%.*s", (long long)spec->number,
	    TAG_DIGITS, made.jar_sha256);
	if ((e = build_end(b, &config, tag, &made)) != ERR_OK)
		return e;
	*image = made;
	return ERR_OK;
}

enum err
image_import_base(struct ctx *ctx, const struct registry *registry,
    const struct image_base_spec *spec, struct image *image)
{
	struct build_config config = { .env = { spec->env } };
	struct build *b = arena_get(ctx->mem, sizeof(*b));
	char *diff_id = arena_get(ctx->mem, OCI_DIGEST_MAX);
	struct image made = { 0 };
	int64_t size;
	enum err e;
	int fd;

	if (b == NULL || diff_id == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = build_begin(b, ctx, registry, spec->repository, NULL)) !=
	    ERR_OK ||
	    (e = build_open(ctx, spec->layer, &fd, &size)) != ERR_OK ||
	    (e = gunzip_digest(ctx, fd, diff_id)) != ERR_OK ||
	    (e = build_add_gzip(b, fd, size, diff_id, "base")) != ERR_OK ||
	    (e = build_end(b, &config, spec->tag, &made)) != ERR_OK)
		return e;
	*image = made;
	return ERR_OK;
}

enum err
image_import_java(struct ctx *ctx, const struct registry *registry,
    const struct image_java_spec *spec, struct image *image)
{
	struct build_config config = { .user = spec->user,
	    .workdir = spec->workdir, .entrypoint = spec->entrypoint,
	    .env = { spec->env }, .labels = { spec->labels },
	    .port = spec->port };
	struct build *b = arena_get(ctx->mem, sizeof(*b));
	struct tar_file files[IMAGE_JARS_MAX];
	struct image made = { 0 };
	size_t n;
	enum err e;

	if (b == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	while (spec->entrypoint[config.nentrypoint] != NULL)
		config.nentrypoint++;
	if ((e = build_begin(b, ctx, registry, spec->repository,
	    spec->base)) != ERR_OK)
		return e;
	for (n = 0; spec->jars[n].path != NULL; n++) {
		if (n == IMAGE_JARS_MAX || spec->jars[n].target[0] != '/')
			return fail(ctx, ERR_INVALID, "image_invalid",
			    "too many JARs, or one without absolute target");
		files[n] = (struct tar_file){ .name = spec->jars[n].target +
		    1 };
		if ((e = build_open(ctx, spec->jars[n].path, &files[n].fd,
		    &files[n].size)) != ERR_OK)
			return e;
	}
	if ((e = build_add(b, files, n, "COPY", NULL)) != ERR_OK ||
	    (e = build_end(b, &config, spec->tag, &made)) != ERR_OK)
		return e;
	*image = made;
	return ERR_OK;
}

enum err
image_import_program(struct ctx *ctx, const struct registry *registry,
    const struct image_program_spec *spec, struct image *image)
{
	static const char *const entrypoint[] = { "/program" };
	const struct build_config config = { .entrypoint = entrypoint,
	    .nentrypoint = nitems(entrypoint) };
	struct build *b = arena_get(ctx->mem, sizeof(*b));
	struct tar_file file = { .name = entrypoint[0] + 1, .mode = 0755 };
	struct image made = { 0 };
	enum err e;

	if (b == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = build_begin(b, ctx, registry, spec->repository, NULL)) !=
	    ERR_OK ||
	    (e = build_open(ctx, spec->path, &file.fd, &file.size)) != ERR_OK ||
	    (e = build_add(b, &file, 1, "COPY program", NULL)) != ERR_OK ||
	    (e = build_end(b, &config, spec->tag, &made)) != ERR_OK)
		return e;
	*image = made;
	return ERR_OK;
}
