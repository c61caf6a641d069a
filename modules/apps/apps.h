/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of apps.fcgi: handlers by file. */
#ifndef CAMELEER_APPS_H
#define CAMELEER_APPS_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct app {
	struct uuid	 id;
	const char	*name, *display_name, *state, *created_at;
	int64_t		 version, last_release;
};

/* scope.c: which applications, and which of their environments. */
extern const struct field app_view[];
/* The application that the path names, if the route is permitted for it. */
enum err app_of_path(struct ctx *ctx, struct app *app) must_check;
enum err no_such_app(struct ctx *ctx);	/* ERR_NOT_FOUND */
/*
 * The route's permission for this application there (NULL: anywhere).
 * ERR_NOT_FOUND no_such_app when the caller has nothing to do with it.
 */
enum err app_permitted(struct ctx *ctx, const char *application,
    const char *environment) must_check;
/* What the caller sees as PostgreSQL's array of names; NULL: all there are. */
enum err app_reach(struct ctx *ctx, const char **names) must_check;

/* app_list.c: applications with where they run; searched, sorted, counted. */
enum err app_list(struct ctx *ctx);
extern const struct field app_list_query[], app_list_view[];

/* release.c: a JAR becomes a release. */
enum err release_upload(struct ctx *ctx);
enum err release_list(struct ctx *ctx);
enum err release_get(struct ctx *ctx);
extern const struct field release_view[], release_query[], upload_query[],
    uploaded_view[];
#define JAR_MAX	((size_t)256 << 20)	/* no tier allows more */

/* deployment.c: a release runs in an environment. */
enum err environment_list(struct ctx *ctx);
enum err deployment_create(struct ctx *ctx);
enum err deployment_list(struct ctx *ctx);
enum err deployment_stop(struct ctx *ctx);
enum err deployment_start(struct ctx *ctx);
extern const struct field environment_view[], deployment_fields[],
    deployment_view[], operation_view[];

/* applog.c: what it says while it runs. */
enum err log_list(struct ctx *ctx);
extern const struct field log_query[], log_view[];

/* spool.c: uploads on their way to the worker. */
struct spool { int fd; int64_t size; char sha256[65]; };

/*
 * Takes the body into a file without a name, so that nothing is left behind
 * when anything fails; at most max bytes.
 */
enum err spool_receive(struct ctx *ctx, int64_t max, struct spool *spool)
    must_check;
/* Gives it the name the worker looks for: <release>.jar; on disk for good. */
enum err spool_keep(struct ctx *ctx, const struct spool *spool,
    const struct uuid *release) must_check;
void spool_drop(struct ctx *ctx, const struct uuid *release);

#endif
