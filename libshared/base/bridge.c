/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/bridge.h"

#define PREFIX_LEN	(sizeof(BRIDGE_PREFIX) - 1)

void
bridge_name(const char *hex, char name[BRIDGE_NAME_MAX])
{
	(void)snprintf(name, BRIDGE_NAME_MAX, "%s%.*s", BRIDGE_PREFIX,
	    BRIDGE_DIGITS, hex);
}

bool
bridge_name_valid(const char *name)
{
	return strncmp(name, BRIDGE_PREFIX, PREFIX_LEN) == 0 &&
	    strspn(name + PREFIX_LEN, "0123456789abcdef") == BRIDGE_DIGITS &&
	    name[PREFIX_LEN + BRIDGE_DIGITS] == '\0';
}

/* bridge_server_mac - begins with 02: locally administered, one station */
void
bridge_server_mac(const char *name, char mac[BRIDGE_MAC_MAX])
{
	const char *d = name + PREFIX_LEN;

	(void)snprintf(mac, BRIDGE_MAC_MAX, "%c2:%.2s:%.2s:%.2s:%.2s:%.2s",
	    d[0], d + 1, d + 3, d + 5, d + 7, d + 9);
}
