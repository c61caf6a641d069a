/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleer-probe - tries from inside a tenant's network what must fail there,
 * and what must work (threats T10, T14).
 *
 * The worker starts it in a container of its own, as applications are started,
 * and reads what it prints.  It knows neither tenants nor checks.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "modules/probe/tries.h"

int
main(void)
{
	const char *orders = getenv("CAMELEER_PROBE");

	if (orders == NULL) {
		(void)fputs("usage: CAMELEER_PROBE='tcp HOST PORT' "
		    "cameleer-probe\n", stderr);
		return 2;
	}
	return tries_run(orders, stdout) == 0 && fflush(stdout) == 0 ? 0 : 1;
}
