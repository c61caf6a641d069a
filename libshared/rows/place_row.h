/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place as operators register and see it, by the API and by cameleerctl.
 *
 * Its key is sealed for the worker at once: neither the process that takes it
 * nor the database can read it (threat T13).
 */
#ifndef CAMELEER_PLACE_ROW_H
#define CAMELEER_PLACE_ROW_H

#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

struct json;

/* What is NULL or 0 is as the settings say, or as the check finds it. */
struct place_in {
	const char	*name, *kind;
	const char	*endpoint;	/* unix:/…, or https://host:port */
	const char	*ca, *certificate, *key;	/* PEM, for https */
	const char	*registry;	/* as the place names it */
	/*
	 * Of a cluster: its description (docs/kubernetes.md), the token of an
	 * account that only reads, the certificate of sealed-secrets (PEM).
	 */
	const char	*cluster, *token, *seal_certificate;
	const char	*tenant;	/* the only one that runs there */
	int64_t		 cpu_millis, memory_mb, max_tenants;
	int64_t		 cpu_overcommit, memory_overcommit;
};
extern const struct field place_in_fields[];

struct place_row {
	struct uuid	 id;
	const char	*name, *kind, *state, *tenant, *endpoint, *registry;
	const char	*max_tenants, *cpu_most, *memory_most;
	int64_t		 cpu_overcommit, memory_overcommit;
	int64_t		 tenants, applications, cpu_used, memory_used;
	const char	*checked_at, *error, *warning, *version, *free_mb;
	const char	*disk_mb, *disk_free_mb, *images, *created_at;
	bool		 checking;
};
extern const struct field place_row_view[];

/*
 * Checks how the parts fit together (ERR_BAD_INPUT with the fields), seals the
 * key with the worker's public key, and makes what place_add() takes.
 */
enum err place_row_make(struct ctx *ctx, const struct uuid *id,
    const struct place_in *in, const char *public, const char **text)
    must_check;
/* What the key of a place is bound to. */
const char *place_bound(struct ctx *ctx, const struct uuid *id);
/*
 * What place_move() answered: ERR_OK when it is done; else ERR_CONFLICT, with
 * the tenants that are there or with the state.
 */
enum err place_moved(struct ctx *ctx, const struct place_row *row,
    const char *answer) must_check;

#endif
