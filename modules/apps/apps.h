/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of apps.fcgi: handlers by file. */
#ifndef CAMELEER_APPS_H
#define CAMELEER_APPS_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct app {
	struct uuid	 id;
	const char	*name, *display_name, *state, *created_at;
	const char	*health_check, *health_path;
	int64_t		 version, last_release, health_port;
};

/* scope.c: the applications and environments that the caller may use. */
extern const struct field app_view[];
extern const char *const health_checks[];	/* http, tcp, agent, none */
/* Finds the application that the path names; checks the route's permission. */
enum err app_of_path(struct ctx *ctx, struct app *app) must_check;
enum err no_such_app(struct ctx *ctx);	/* ERR_NOT_FOUND */
/*
 * Checks the route's permission for this application and environment (NULL:
 * any). ERR_NOT_FOUND no_such_app when the caller may not see the application.
 */
enum err app_permitted(struct ctx *ctx, const char *application,
    const char *environment) must_check;
/* The names that the caller may see, as a PostgreSQL array; NULL: all. */
enum err app_reach(struct ctx *ctx, const char **names) must_check;

/*
 * app_list.c: applications with their deployments; searched, sorted, counted.
 */
enum err app_list(struct ctx *ctx);
extern const struct field app_list_view[];

/* release.c: a JAR becomes a release. */
enum err release_upload(struct ctx *ctx);
enum err release_list(struct ctx *ctx);
enum err release_get(struct ctx *ctx);
enum err release_limits(struct ctx *ctx);
extern const struct field release_view[], release_query[], upload_query[],
    uploaded_view[], limits_view[];
#define JAR_MAX	((size_t)256 << 20)	/* no tier has a higher limit */

/* finding.c: credentials in JARs that an owner knows and keeps. */
enum err finding_list(struct ctx *ctx);
enum err finding_acknowledge(struct ctx *ctx);
enum err finding_take_back(struct ctx *ctx);
/* The fingerprints of those of an application, with blanks between. */
enum err finding_known(struct ctx *ctx, const struct app *app,
    const char **known) must_check;
extern const struct field finding_fields[], finding_view[];

/* deployment.c: a release runs in an environment. */
enum err environment_list(struct ctx *ctx);
enum err deployment_create(struct ctx *ctx);
enum err deployment_list(struct ctx *ctx);
enum err deployment_stop(struct ctx *ctx);
enum err deployment_start(struct ctx *ctx);
extern const struct field environment_view[], deployment_fields[],
    deployment_view[], operation_view[];

/*
 * quota.c: what place and plan limit.  quota_lock() comes before the change,
 * the others after it, in the same transaction.  ERR_INVALID: one too many.
 */
enum err quota_lock(struct ctx *ctx) must_check;
/* The error of a statement; place_full when the place has no room for it. */
enum err quota_place(struct ctx *ctx, enum err e) must_check;
enum err quota_apps(struct ctx *ctx) must_check;
enum err quota_deployments(struct ctx *ctx) must_check;
/* more: 1 before an upload is received, 0 after the change. */
enum err quota_releases(struct ctx *ctx, int64_t more) must_check;

/* applog.c: the log of a running application. */
enum err log_list(struct ctx *ctx);
extern const struct field log_query[], log_view[];

/* spool.c: uploads for the worker. */
struct spool { int fd; int64_t size; char sha256[65]; };

/*
 * Receives the body, at most max bytes, into a file without a name, so that
 * nothing remains after a failure.
 */
enum err spool_receive(struct ctx *ctx, int64_t max, struct spool *spool)
    must_check;
/* Names the file <release>.jar, as the worker expects, and syncs it to disk. */
enum err spool_keep(struct ctx *ctx, const struct spool *spool,
    const struct uuid *release) must_check;
void spool_drop(struct ctx *ctx, const struct uuid *release);

#endif
