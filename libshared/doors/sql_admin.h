/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What responders do not need of PostgreSQL: DDL, and passwords of roles.  For
 * migrations and for a tenant's schema and role.
 */
#ifndef CAMELEER_SQL_ADMIN_H
#define CAMELEER_SQL_ADMIN_H

#include "libshared/base/ctx.h"

/*
 * DDL only, which PostgreSQL cannot bind: migrations, and a tenant's schema
 * and role.  The script may hold several statements.
 */
enum err sql_script(struct ctx *ctx, const char *script) must_check;
/* Quoted for sql_script: "name" and 'text'. */
enum err sql_quote_name(struct ctx *ctx, const char *name, const char **out)
    must_check;
enum err sql_quote_text(struct ctx *ctx, const char *text, const char **out)
    must_check;
/* SCRAM-SHA-256 verifier, so that the server's log holds no password. */
enum err sql_scram(struct ctx *ctx, const char *user, const char *password,
    const char **verifier) must_check;

#endif
