/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where containers may reach the platform, from options or the settings file.
 */
#ifndef CAMELEER_PLATFORM_H
#define CAMELEER_PLATFORM_H

#include "modules/netguard/rules.h"

/* "10.231.0.1" and "8443,5432"; false when they are anything else. */
bool platform_ports(struct rules *rules, const char *address,
    const char *list);
/*
 * internal_url, and the tenants' database where it has an address.  False,
 * with the reason on standard error, when the settings do not say.
 */
bool platform_conf(struct rules *rules, const char *path);
/* "https://10.231.0.1:8443/x": false unless the host is an IPv4 address. */
bool platform_url(struct rules *rules, const char *url);

#endif
