/* SPDX-License-Identifier: Apache-2.0 */
/* Children that do the work, of responders and of the worker. */
#ifndef CAMELEER_PREFORK_H
#define CAMELEER_PREFORK_H

#include <stdbool.h>
#include <stdint.h>

struct prefork {
	const char	*name;
	int64_t		 children;
	/*
	 * Runs in child i, counted from 0, until told to stop; its result is
	 * the exit code.
	 */
	int		(*child)(void *arg, int64_t i);
	void		*arg;
};
int prefork_run(const struct prefork *prefork);
bool prefork_stopping(void);		/* SIGTERM has been seen */

#endif
