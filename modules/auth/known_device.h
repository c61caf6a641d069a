/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Browsers in which somebody signed in before.  A cookie of its own tells them
 * apart, which outlives the session.  It proves nothing: it only has a count of
 * wrong passwords of its own, so that a stranger's do not lock it out.
 */
#ifndef CAMELEER_AUTH_KNOWN_DEVICE_H
#define CAMELEER_AUTH_KNOWN_DEVICE_H

#include "libshared/base/ctx.h"

/*
 * Within the open transaction: the key under which this browser's wrong
 * passwords for the address are counted; NULL when it is not known there.
 */
enum err known_device_key(struct ctx *ctx, const char *email,
    const char **key) must_check;
/* Keeps this browser for the account, and sets its cookie. */
enum err known_device_keep(struct ctx *ctx, const struct uuid *account)
    must_check;
/* Forgets every device of the account: its password is another one. */
enum err known_devices_forget(struct ctx *ctx, const struct uuid *account)
    must_check;

#endif
