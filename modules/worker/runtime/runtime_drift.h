/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tenant has at its place, beside what it should have: field by field.
 */
#ifndef CAMELEER_RUNTIME_DRIFT_H
#define CAMELEER_RUNTIME_DRIFT_H

#include "modules/worker/runtime/runtime.h"

#define RUNTIME_DIFFS_MAX	100

/* All that is to be there; secrets are not compared. */
struct runtime_wish {
	struct uuid			 tenant;
	const char			*slug;
	const struct runtime_tenant	*server;
	const struct runtime_app	*apps;	/* that are to run */
	size_t				 napps;
	/* Applications that a job is not done with: anything may be there. */
	const struct runtime_ref	*open;
	size_t				 nopen;
};

/* Whose container it is; else the index in wish.apps. */
#define RUNTIME_DIFF_SERVER	(-1)
#define RUNTIME_DIFF_NOBODY	(-2)

struct runtime_diff {
	const char	*object;	/* "container cameleer-server-acme" */
	const char	*field;		/* "memory" */
	const char	*wanted, *live;	/* never a secret */
	int64_t		 whose;
};

struct runtime_diffs {
	struct runtime_diff	rows[RUNTIME_DIFFS_MAX];
	size_t			n;
};

/* The container engine's: see struct runtime. */
enum err drift_compare(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_wish *wish, struct runtime_diffs *diffs) must_check;
enum err drift_drop(struct ctx *ctx, const struct runtime *rt,
    const char *slug, const char *object) must_check;

#endif
