/* SPDX-License-Identifier: Apache-2.0 */
/* The right to wait for a host that a tenant named. */
#ifndef CAMELEER_SSO_ROOM_H
#define CAMELEER_SSO_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

struct room {
	const char	*name;
	int64_t		 place, seat;	/* of the tenant, of all; 0: none */
};

/*
 * Takes a place and a seat, outside of a transaction; ERR_LIMIT sso_busy when
 * there is none.  The caller leaves the room in every case.  answers: the last
 * call to this host was answered in time.
 */
enum err room_enter(struct ctx *ctx, const struct uuid *tenant, bool answers,
    struct room *room) must_check;
void room_leave(struct ctx *ctx, const struct uuid *tenant,
    struct room *room);

#endif
