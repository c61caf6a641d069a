/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of applications.  One request returns all that its page shows: each
 * application with its deployments.
 */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/reply.h"
#include "modules/apps/apps.h"

#include "modules/apps/app_list.sql.h"

struct listed {
	struct uuid	 id;
	const char	*name, *display_name, *state, *created_at;
	const char	*health_check, *health_path;
	int64_t		 version, last_release, health_port;
	const char	*deployments;
};

const struct field app_list_view[] = {
	VIEW_UUID(struct listed, id),
	VIEW_TEXT(struct listed, name),
	VIEW_TEXT(struct listed, display_name),
	VIEW_CHOICE(struct listed, state, application_states),
	VIEW_INT(struct listed, version),
	VIEW_INT(struct listed, last_release),
	VIEW_CHOICE(struct listed, health_check, health_checks),
	VIEW_INT(struct listed, health_port),
	VIEW_TEXT(struct listed, health_path),
	VIEW_TIME(struct listed, created_at),
	VIEW_OBJECTS(struct listed, deployments, deployment_view),
	FIELD_END_OF("AppWithDeployments")
};

enum err
app_list(struct ctx *ctx)
{
	static const struct reply_search search = { &SQL_APP_LIST,
	    &SQL_APP_TOTAL, app_list_view, sizeof(struct listed), "name",
	    NULL };
	const char *names;
	enum err e;

	if ((e = app_reach(ctx, &names)) != ERR_OK)
		return e;
	return reply_searched(ctx, &search, ARG_TEXT(names));
}
