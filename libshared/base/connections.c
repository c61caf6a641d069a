/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sum of what may be connected to PostgreSQL.  service_main() refuses a
 * responder that has more children than this table counts.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/connections.h"
#include "libshared/base/str.h"

#define OPERATORS	3	/* runs of cameleerctl at a time */
#define UPLOAD_SPARE	2	/* children of apps that tell others to wait */

/* Children for each of the setting `processes`. */
static const struct { const char *name; int64_t children; } responders[] = {
	{ "auth", 2 },		/* auth and auth-check */
	{ "tenants", 1 },
	{ "apps", 1 },
	{ "billing", 1 },
	{ "license", 1 },
	{ "sso", 4 },		/* most wait for a provider */
};

/* setting_number - reads a number of another module; it was checked */
static int64_t
setting_number(const struct conf *conf, const char *name)
{
	int64_t number;

	if (!str_int(str_of(conf_value(conf, name)), 0, INT64_MAX, &number))
		abort();
	return number;
}

int64_t
connections_responder(const struct conf *conf, const char *name)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < nitems(responders); i++)
		if (strcmp(responders[i].name, name) == 0)
			n = responders[i].children * conf->processes;
	if (strcmp(name, "apps") == 0)
		n += setting_number(conf, "uploads") + UPLOAD_SPARE;
	return n;
}

int64_t
connections_platform(const struct conf *conf)
{
	int64_t sum = setting_number(conf, "worker_processes") + OPERATORS;
	size_t i;

	for (i = 0; i < nitems(responders); i++)
		sum += connections_responder(conf, responders[i].name);
	return sum;
}

int64_t
connections_tenants(const struct conf *conf)
{
	return setting_number(conf, "tenant_db_connections_all") +
	    setting_number(conf, "worker_processes") + OPERATORS;
}
