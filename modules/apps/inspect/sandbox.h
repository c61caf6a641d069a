/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a function over hostile input in a child that can do nothing else.
 *
 * The child keeps one file to read and one pipe to answer on; the kernel kills
 * it at any system call that reading and answering do not need.  Works for any
 * user; nothing has to be installed.
 */
#ifndef CAMELEER_SANDBOX_H
#define CAMELEER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#define SANDBOX_MEMORY_MAX	((size_t)512 << 20)

/*
 * Runs in the child: fd is the file, answer is zeroed.  Returns how much of
 * answer is to be handed back.
 */
typedef size_t (*sandbox_fn)(int fd, void *arg, void *answer, size_t max);

struct sandbox {
	sandbox_fn	 run;
	void		*arg;		/* as it is at the time of the fork */
	int		 fd;
	int		 cpu_s;		/* the kernel kills it then */
	int		 wall_ms;	/* of a child that works, see below */
	int		 starved_ms;	/* of one that gets no processor */
};

enum sandbox_end {
	SANDBOX_DONE,		/* *len bytes of answer are set */
	SANDBOX_LATE,		/* worked all the time, and is not done */
	SANDBOX_STARVED,	/* the machine was too busy, or killed it */
	SANDBOX_DIED,		/* killed, crashed, or answered wrongly */
	SANDBOX_NONE,		/* no child: no memory, no filter */
	SANDBOX_END__MAX
};

/*
 * Blocks for at most starved_ms.  A child that is not done after wall_ms gets
 * more time only if it had the processor for less than half of it.
 */
enum sandbox_end sandbox_run(const struct sandbox *box, void *answer,
    size_t max, size_t *len);

/* False when CONFINE_RELAXED (libshared/base/confine.h). */
bool sandbox_is_strict(void);

#endif
