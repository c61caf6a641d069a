/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a child of a responder or of the worker can no longer do (threat T30):
 * start a program, look into another process, change mounts, namespaces, users,
 * the clock or the kernel.  Such a call fails with EPERM.  The process leaves
 * no core dump and has CONFINE_MEMORY_MAX of address space at most.
 */
#ifndef CAMELEER_CONFINE_H
#define CAMELEER_CONFINE_H

#include <stddef.h>

#define CONFINE_MEMORY_MAX	((size_t)1 << 30)	/* bytes, RLIMIT_AS */

/* Cannot be undone; 0, or -1 with errno.  The process needs no_new_privs. */
int process_confine(void);

#endif
