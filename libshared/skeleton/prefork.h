/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes that do the work, for responders and the worker. */
#ifndef CAMELEER_PREFORK_H
#define CAMELEER_PREFORK_H

#include <stdbool.h>
#include <stdint.h>

struct prefork {
	const char	*name;
	int64_t		 children;
	/*
	 * Runs in child i (from 0) until it is told to stop; returns the exit
	 * code.
	 */
	int		(*child)(void *arg, int64_t i);
	void		*arg;
};
int prefork_run(const struct prefork *prefork);
bool prefork_stopping(void);		/* SIGTERM was received */

#endif
