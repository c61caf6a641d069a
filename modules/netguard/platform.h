/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Endpoints of the platform that containers may reach, from options or the
 * settings file.
 */
#ifndef CAMELEER_PLATFORM_H
#define CAMELEER_PLATFORM_H

#include "modules/netguard/rules.h"

/* Reads "10.231.0.1" and "8443,5432"; false for any other form. */
bool platform_ports(struct rules *rules, const char *address,
    const char *list);
/*
 * Reads internal_url, and the tenants' database when its host is an address.
 * False, with the reason on standard error, when internal_url has no IPv4
 * address.
 */
bool platform_conf(struct rules *rules, const char *path);
/*
 * Reads "https://10.231.0.1:8443/x"; false unless the host is an IPv4 address.
 */
bool platform_url(struct rules *rules, const char *url);

#endif
