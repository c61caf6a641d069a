/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of the doorkeeper of libpq: for sql*.c only. */
#ifndef CAMELEER_SQL_CONN_H
#define CAMELEER_SQL_CONN_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "libshared/doors/sql.h"

#define PREPARED_MAX	256

enum tx { TX_NONE, TX_WANTED, TX_OPEN };

struct sql {
	struct sql_config	 config;
	PGconn			*conn;
	enum tx			 tx;
	bool			 write;
	bool			 may_retry;
	/* SQLSTATE of the last failure. */
	char			 state[6];
	const struct sql_query	*prepared[PREPARED_MAX];
	size_t			 nprepared;
	char			 channels[4][32];
	size_t			 nchannels;
	int64_t			 nsessions;	/* so far */
	char			 refusal[256];	/* of the last connect */
};

/* The mode by the rule of struct sql_config. */
const char *sql_sslmode(const struct sql_config *config);
/* Opens a session with fixed settings.  False: the reason was logged. */
bool sql_connect(struct sql *sql);
void sql_disconnect(struct sql *sql);
/* Reads what remains of an answer that nobody has read yet. */
void sql_settle(struct sql *sql);
/* One round trip; NULL when the connection is lost. */
PGresult *sql_execute(struct sql *sql, const struct sql_query *query,
    const struct sql_arg *args);

#endif
