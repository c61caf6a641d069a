/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses and ports of the platform.  Names are not resolved: a name server
 * must not decide which addresses containers reach.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/conf.h"
#include "modules/netguard/platform.h"

/*
 * Connections of a tenant's containers to the platform: agents, server,
 * retries.
 */
#define PLATFORM_CONNECTIONS	256

/*
 * endpoint_add - adds an endpoint; false when it is not an IPv4 address and a
 * port
 */
static bool
endpoint_add(struct rules *rules, const char *address, unsigned port)
{
	struct rules_endpoint *end = &rules->ends[rules->nends];
	struct in_addr parsed;

	if (rules->nends == RULES_ENDS_MAX || port < 1 || port > 65535 ||
	    inet_pton(AF_INET, address, &parsed) != 1 ||
	    inet_ntop(AF_INET, &parsed, end->address,
	    sizeof(end->address)) == NULL)
		return false;
	end->port = port;
	end->database = false;
	end->per_tenant = PLATFORM_CONNECTIONS;
	end->all = 0;
	rules->nends++;
	return true;
}

/*
 * number_read - reads a number at *text and moves *text behind it; 0: no number
 */
static unsigned
number_read(const char **text)
{
	unsigned value = 0;

	if (**text < '1' || **text > '9')
		return 0;
	for (; **text >= '0' && **text <= '9' && value < 65536; (*text)++)
		value = value * 10 + (unsigned)(**text - '0');
	return value;
}

bool
platform_ports(struct rules *rules, const char *address, const char *list)
{
	for (;;) {
		if (!endpoint_add(rules, address, number_read(&list)))
			return false;
		if (*list == '\0')
			return true;
		if (*list++ != ',')
			return false;
	}
}

bool
platform_url(struct rules *rules, const char *url)
{
	char address[INET_ADDRSTRLEN];
	unsigned port;
	size_t len;

	if (strncmp(url, "https://", 8) == 0) {
		port = 443;
		url += 8;
	} else if (strncmp(url, "http://", 7) == 0) {
		port = 80;
		url += 7;
	} else
		return false;
	len = strspn(url, "0123456789.");
	if (len == 0 || len >= sizeof(address))
		return false;
	memcpy(address, url, len);
	address[len] = '\0';
	url += len;
	if (*url == ':') {
		url++;
		port = number_read(&url);
	}
	return (*url == '\0' || *url == '/') &&
	    endpoint_add(rules, address, port);
}

static unsigned
number_setting(const struct conf *conf, const char *name)
{
	const char *text = conf_value(conf, name);

	return number_read(&text);
}

/* database_add - adds the tenants' database when its host is an address */
static bool
database_add(struct rules *rules, const struct conf *conf)
{
	const char *host = conf_value(conf, "tenant_db_host");
	struct rules_endpoint *end = &rules->ends[rules->nends];
	struct in_addr parsed;

	if (inet_pton(AF_INET, host, &parsed) != 1)
		return true;
	if (!endpoint_add(rules, host, number_setting(conf, "tenant_db_port")))
		return false;
	end->database = true;
	end->per_tenant = number_setting(conf, "tenant_db_connections");
	end->all = number_setting(conf, "tenant_db_connections_all");
	return true;
}

bool
platform_conf(struct rules *rules, const char *path)
{
	const struct conf *conf = conf_load(path, stderr);

	if (conf == NULL)
		return false;
	if (!platform_url(rules, conf_value(conf, "internal_url"))) {
		fprintf(stderr, "%s: internal_url: containers reach the "
		    "platform by an IPv4 address\n", path);
		return false;
	}
	if (!edge_conf(&rules->edge, conf))
		return false;
	return networks_parse(str_of(conf->open_networks), &rules->open) &&
	    database_add(rules, conf);
}
