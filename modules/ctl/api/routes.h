/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of cameleerctl: the route tables of all responders. */
#ifndef CAMELEER_CTL_ROUTES_H
#define CAMELEER_CTL_ROUTES_H

#include <stddef.h>

#include "libshared/base/ctx.h"

struct ctl;
struct json;

#define MODULES	6
extern const char *const modules[MODULES];	/* names of the responders */

/*
 * Runs PROGRAM FLAG, which prints an object {service, member}: service is its
 * name, member an array.
 */
struct program { const char *file, *flag, *service, *member; };
enum err program_ask(struct ctl *ctl, const struct program *program,
    struct json **out) must_check;

/*
 * One object {service, routes} for each responder, as its program prints it:
 * the installed programs are asked, so the answer is true of them.
 */
enum err routes_collect(struct ctl *ctl, struct json *services[MODULES])
    must_check;

#endif
