/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.assemble: makes an image of the uploaded JAR, pushes it, and queues
 * its deployment when the upload asked for one.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/java_base.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/image/oci_image.h"
#include "modules/worker/work.h"

#include "modules/worker/jobs/jobs.sql.h"
#include "templates/image/Dockerfile.app.h"

struct image_conf { const char *agent_jar; };

static const struct setting image_settings[] = {
	SETTING(image_conf, agent_jar, PATH, "", 0, 255,
	    "Agent that is added to each application's image."),
	SETTINGS_END
};

struct release {
	struct uuid	 id, deploy_to, application;
	const char	*state, *jar_sha256, *app, *slug;
	int64_t		 number, jar_size, java_level;
	const char	*image, *digest;	/* set by step_image() */
};

static const struct field release_view[] = {
	VIEW_UUID(struct release, id),
	VIEW_INT(struct release, number),
	VIEW_TEXT(struct release, state),
	VIEW_TEXT(struct release, jar_sha256),
	VIEW_INT(struct release, jar_size),
	VIEW_INT(struct release, java_level),
	VIEW_UUID_OPT(struct release, deploy_to),
	VIEW_UUID(struct release, application),
	VIEW_TEXT(struct release, app),
	VIEW_TEXT(struct release, slug),
	FIELD_END
};

struct made { struct uuid id; };

static const struct field made_view[] = {
	VIEW_UUID(struct made, id),
	FIELD_END
};

/*
 * spool_name - returns the name of the uploaded file; the job's subject is the
 * release
 */
static const char *
spool_name(struct ctx *ctx)
{
	const char *name = text_printf(ctx->mem, "%s/%s.jar",
	    process.conf->spool_dir, ctx->job->subject.text);

	return name == NULL ? "" : name;
}

static void
fd_close(void *handle)
{
	(void)close((int)(intptr_t)handle - 1);
}

static enum err
jar_open(struct ctx *ctx, int *fd)
{
	*fd = open(spool_name(ctx), O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (*fd == -1 && errno == ENOENT)
		return fail(ctx, ERR_INVALID, "upload_lost", "the uploaded "
		    "file is not there any more: upload it again");
	if (*fd == -1)
		return fail(ctx, ERR_INTERNAL, "internal", "the uploaded file "
		    "cannot be read: %s", strerror(errno));
	return arena_adopt(ctx->mem, (void *)((intptr_t)*fd + 1), fd_close) ==
	    0 ? ERR_OK : ERR_TOO_LARGE;
}

static enum err
image_make(struct ctx *ctx, struct release *release, struct image *image)
{
	const struct image_conf *conf = conf_part(process.conf,
	    image_settings, sizeof(*conf));
	const struct registry registry = registry_configured();
	struct image_template *template;
	struct image_spec spec = {
		.agent_jar = conf->agent_jar,
		.jar_size = release->jar_size,
		.jar_sha256 = release->jar_sha256,
		.number = release->number,
	};
	enum err e;

	if (java_base_find(process.conf, release->java_level, &spec.base) ==
	    0)
		return fail(ctx, ERR_INVALID, "jar_java_level",
		    "the classes need Java %lld, which is not here any more",
		    (long long)release->java_level);
	spec.repository = text_printf(ctx->mem, "%s/%s", release->slug,
	    release->app);
	if ((e = image_template_parse(ctx, "Dockerfile.app",
	    str_of(template_image_dockerfile_app), stderr, &template)) !=
	    ERR_OK || (e = jar_open(ctx, &spec.jar_fd)) != ERR_OK)
		return e;
	return image_assemble(ctx, &registry, template, &spec, image);
}

static enum err
step_image(struct ctx *ctx, void *state)
{
	struct release *release = state;
	struct image image = { 0 };
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_RELEASE_STATE, NULL,
	    ARG_UUID(&release->id),
	    ARG_TEXT(release_state_word(RELEASE_ASSEMBLING)), ARG_NULL,
	    ARG_NULL)) != ERR_OK || (e = sql_commit(ctx)) != ERR_OK ||
	    (e = image_make(ctx, release, &image)) != ERR_OK)
		return e;
	release->image = text_printf(ctx->mem, "%s/%s:%s",
	    registry_conf()->registry_pull, image.repository, image.tag);
	release->digest = text_printf(ctx->mem, "%s", image.digest);
	if (release->image == NULL || release->digest == NULL ||
	    (e = work_begin(ctx, true)) != ERR_OK)
		return e;
	work_detail(ctx, "%s", release->digest);
	return sql_exec(ctx, &SQL_RELEASE_READY, NULL,
	    ARG_UUID(&release->id), ARG_TEXT(release->image),
	    ARG_TEXT(release->digest));
}

/*
 * Queues the deployment once: a repeated step would undo a later deployment.
 */
static enum err
step_record(struct ctx *ctx, void *state)
{
	struct release *release = state;
	struct uuid id, operation;
	struct made made;
	enum err e;

	if (uuid_empty(&release->deploy_to))
		return ERR_OK;
	uuid7(&id);
	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	e = sql_one(ctx, &SQL_DEPLOYMENT_WANT, made_view, &made,
	    ARG_UUID(&id), ARG_UUID(&release->application),
	    ARG_UUID(&release->deploy_to), ARG_UUID(&release->id));
	if (e == ERR_CONFLICT && sql_restricted(ctx))
		return fail(ctx, ERR_INVALID, "place_full",
		    "the release is ready; there is no room to run it where "
		    "the tenant runs");
	if (e != ERR_OK || (e = job_queue(ctx, "deployment.apply", &made.id,
	    &operation)) != ERR_OK)
		return e;
	work_detail(ctx, "deployment follows as operation %s",
	    operation.text);
	return ERR_OK;
}

static const struct job_step steps[] = {
	{ .name = "image", .run = step_image },
	{ .name = "record", .run = step_record },
	{ .name = NULL },
};

static enum err
release_assemble(struct ctx *ctx)
{
	struct release release;
	bool found;
	enum err e;

	if ((e = work_begin(ctx, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_RELEASE_WORK, release_view, &release,
	    &found, ARG_UUID(&ctx->job->subject))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	/* Not found: the application was deleted meanwhile. */
	if (found && (e = work_steps(ctx, steps, &release)) != ERR_OK)
		return e;
	(void)unlink(spool_name(ctx));
	return ERR_OK;
}

static enum err
release_assemble_give_up(struct ctx *ctx)
{
	return sql_exec(ctx, &SQL_RELEASE_STATE, NULL,
	    ARG_UUID(&ctx->job->subject),
	    ARG_TEXT(release_state_word(RELEASE_FAILED)),
	    ARG_TEXT(ctx->fault.code), ARG_TEXT(ctx->fault.detail));
}

const struct job_kind job_release_assemble = {
	.name = "release.assemble",
	.about = "The worker makes and pushes an image.",
	.run = release_assemble,
	.give_up = release_assemble_give_up,
	.steps = steps,
	.attempts = 8,
};
