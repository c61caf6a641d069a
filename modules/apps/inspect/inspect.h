/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at an uploaded JAR without executing it and without trusting it.
 */
#ifndef CAMELEER_INSPECT_H
#define CAMELEER_INSPECT_H

#include "libshared/doors/field.h"
#include "modules/apps/inspect/jar.h"

struct json;

/*
 * Reads size bytes of fd, a regular file, in a sandboxed child; the caller
 * keeps fd.  Done in a second and 25 ms for each MiB at most, whatever the
 * file holds.
 *
 * known: fingerprints of credentials that may stay, with blanks between, or "".
 *
 * ERR_INVALID with one of inspect_codes[] and a sentence for the customer when
 * the JAR is refused; jar_secrets lists the places as fields.  ERR_UNAVAILABLE
 * when the machine is too busy, ERR_INTERNAL when the child could not be had.
 * *facts is set with ERR_OK only.
 */
enum err inspect_jar(struct ctx *ctx, int fd, int64_t size, const char *known,
    struct jar_facts *facts) must_check;

/* The facts for the release's record and for the API. */
struct json *inspect_facts_json(struct ctx *ctx,
    const struct jar_facts *facts) must_check;
extern const struct field inspect_facts_shape[];	/* what it looks like */

struct inspect_code { const char *code, *about; };

/* Every public code of a refusal, for the manual; ends with .code NULL. */
extern const struct inspect_code inspect_codes[];

#endif
