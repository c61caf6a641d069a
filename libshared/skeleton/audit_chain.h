/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash chain of a tenant's audit events, and the lines of its export.
 *
 * Each event is hashed together with the hash before it.  A checkpoint is a
 * token that the worker signed over seq and hash.  Whoever keeps a checkpoint
 * can detect every later change, deletion, exchange or truncation of the events
 * before it. An export is NDJSON: a head, events, and each checkpoint after its
 * event.  Pages that follow each other make one export.
 */
#ifndef CAMELEER_AUDIT_CHAIN_H
#define CAMELEER_AUDIT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/proto/key.h"

#define AUDIT_FORMAT		"cameleer-audit-1"
#define AUDIT_START \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define CHECKPOINT_TYP		"cameleer-audit+jwt"
#define CHECKPOINT_ISSUER	"cameleer"
#define CHECKPOINT_AUDIENCE	"cameleer-audit"
#define AUDIT_PAGE_MAX		500	/* events in one page */

/* As PostgreSQL prints them: these texts are hashed. */
struct audit_record {
	int64_t		 seq;
	const char	*hash;
	const char	*tenant_id, *id, *at, *actor_id, *actor_kind, *action;
	const char	*subject_type, *subject_id, *environment, *result;
	const char	*code, *facts, *request_id, *service, *person;
	/* Not hashed: salt and value of the commitments in person. */
	const char	*opened;
};
extern const struct field audit_record_view[];

/*
 * Hash of a record that follows the hash before; ignores the record's own hash.
 */
void audit_hash(const struct audit_record *record, const char *before,
    char hash[SHA256_HEX_MAX]);

/* Where a page begins: after event `after`, which had this hash. */
struct audit_page { const char *tenant, *hash; int64_t after; };
/*
 * One line each, without the newline.  opened is converted to the form that
 * audit_opened() expects.
 */
enum err audit_line_page(struct ctx *ctx, const struct audit_page *page,
    const char **line) must_check;
enum err audit_line_record(struct ctx *ctx, const struct audit_record *record,
    const char **line) must_check;
enum err audit_line_checkpoint(struct ctx *ctx, const char *token,
    const char **line) must_check;

enum audit_line { AUDIT_LINE_PAGE, AUDIT_LINE_RECORD, AUDIT_LINE_CHECKPOINT };
struct audit_parsed {
	enum audit_line		 kind;
	struct audit_page	 page;
	struct audit_record	 record;
	const char		*token;
};
/*
 * ERR_INVALID unless the line is, byte for byte, what the functions above make.
 * Texts are in ctx->mem.
 */
enum err audit_line_read(struct ctx *ctx, struct str line,
    struct audit_parsed *parsed) must_check;
/* ERR_INVALID when an opened value does not fit its commitment in person. */
enum err audit_opened(struct ctx *ctx, const struct audit_record *record,
    int64_t *opened, int64_t *erased) must_check;

/* The content of a checkpoint. */
struct audit_checkpoint { const char *tenant, *hash; int64_t seq, at; };
struct keyring;
struct key;
enum err audit_checkpoint_sign(struct ctx *ctx, const struct key *key,
    const struct audit_checkpoint *point, const char **token) must_check;
/* ERR_UNAUTHENTICATED when no key of the ring has signed it. */
enum err audit_checkpoint_read(struct ctx *ctx, const struct keyring *ring,
    const char *token, struct audit_checkpoint *point) must_check;

#endif
