/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a log, as the runtime interface gives them. */
#ifndef CAMELEER_RUNTIME_LOG_H
#define CAMELEER_RUNTIME_LOG_H

#include <stdbool.h>
#include <stddef.h>

#define RUNTIME_CURSOR_MAX	48

struct runtime_line {
	const char	*time;		/* RFC 3339, whole seconds */
	bool		 error;		/* standard error */
	const char	*text;		/* UTF-8, no controls but tab */
	const char	*level;		/* info, warn...; NULL: it names none */
	size_t		 len;
};

struct runtime_log {
	size_t			 max;		/* limit, set by the caller */
	/* Set by the caller: without a cursor begin with the first line. */
	bool			 whole;
	struct runtime_line	*lines;
	size_t			 nlines;
	bool			 more;		/* call again at once */
	bool			 lost;		/* lines before these are gone
						 * that were not read */
	char			 cursor[RUNTIME_CURSOR_MAX];	/* the next */
};

#endif
