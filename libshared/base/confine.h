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

/*
 * 1 in builds for sanitizers, and in those with -DSANDBOX_RELAXED for valgrind,
 * else 0.  Both need address space without a limit and more system calls:
 * LeakSanitizer stops threads by ptrace(2).
 */
#if defined(SANDBOX_RELAXED) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
#define CONFINE_RELAXED	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define CONFINE_RELAXED	1
#endif
#endif
#ifndef CONFINE_RELAXED
#define CONFINE_RELAXED	0
#endif

/* Cannot be undone; 0, or -1 with errno.  The process needs no_new_privs. */
int process_confine(void);

#endif
