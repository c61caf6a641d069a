/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that the worker gives on a machine with a container engine and that
 * netguard recognizes: the name of a tenant's bridge, and the address of its
 * server there.
 */
#ifndef CAMELEER_BRIDGE_H
#define CAMELEER_BRIDGE_H

#include <stdbool.h>

#define BRIDGE_PREFIX		"cml"
#define BRIDGE_DIGITS		11
#define BRIDGE_NAME_MAX		16	/* IFNAMSIZ */
#define BRIDGE_MAC_MAX		18	/* "02:00:00:00:00:00" and its NUL */

/* "cml" and the first 11 of these lower-case hexadecimal digits. */
void bridge_name(const char *hex, char name[BRIDGE_NAME_MAX]);
bool bridge_name_valid(const char *name);
/*
 * The Ethernet address of the tenant's server, made of the bridge's digits,
 * locally administered (IEEE 802c).  A container cannot take another address:
 * it has no capabilities.
 */
void bridge_server_mac(const char *name, char mac[BRIDGE_MAC_MAX]);

#endif
