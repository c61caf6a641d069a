/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits that the kernel of this machine holds for a process: what an
 * engine was told may be something else.
 */
#ifndef CAMELEER_RUNTIME_CGROUP_H
#define CAMELEER_RUNTIME_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

struct cgroup_limits { int64_t memory_bytes, cpu_millis; };	/* 0: none */

/*
 * Reads them from these mounts ("/proc", "/sys/fs/cgroup"), of version 1 or 2.
 * False when they cannot be read; *limits is then untouched.
 */
bool cgroup_read(const char *proc, const char *mount, int64_t pid,
    struct cgroup_limits *limits);

#endif
