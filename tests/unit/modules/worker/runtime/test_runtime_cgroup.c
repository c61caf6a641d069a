/* SPDX-License-Identifier: Apache-2.0 */
/* Limits as the files of control groups have them, of both versions. */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "modules/worker/runtime/runtime_cgroup.h"
#include "tests/support/unit.h"

static char top[64];

/* file_put - writes a file below the top, with its directories */
static void
file_put(const char *name, const char *text)
{
	char path[256], *at;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", top, name);
	for (at = path + strlen(top) + 1; (at = strchr(at, '/')) != NULL;
	    at++) {
		*at = '\0';
		(void)mkdir(path, 0700);
		*at = '/';
	}
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static bool
limits_read(int64_t pid, struct cgroup_limits *limits)
{
	char proc[96], mount[96];

	(void)snprintf(proc, sizeof(proc), "%s/proc", top);
	(void)snprintf(mount, sizeof(mount), "%s/sys", top);
	*limits = (struct cgroup_limits){ -1, -1 };
	return cgroup_read(proc, mount, pid, limits);
}

static int
top_make(void **state)
{
	(void)state;
	(void)snprintf(top, sizeof(top), "/tmp/test_cgroup.XXXXXX");
	return mkdtemp(top) == NULL ? -1 : 0;
}

static int
entry_remove(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
top_remove(void **state)
{
	(void)state;
	return nftw(top, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static void
test_version_1(void **state)
{
	struct cgroup_limits limits;

	(void)state;
	file_put("proc/7/cgroup", "4:memory:/pod/a\n2:cpuacct:/pod/x\n"
	    "1:cpu,cpuset:/pod/a\n0::/pod/a\n");
	file_put("sys/memory/pod/a/memory.limit_in_bytes", "325058560\n");
	file_put("sys/cpu/pod/a/cpu.cfs_quota_us", "150000\n");
	file_put("sys/cpu/pod/a/cpu.cfs_period_us", "100000\n");
	assert_true(limits_read(7, &limits));
	assert_int_equal(limits.memory_bytes, 325058560);
	assert_int_equal(limits.cpu_millis, 1500);
	file_put("sys/memory/pod/a/memory.limit_in_bytes",
	    "9223372036854771712\n");
	file_put("sys/cpu/pod/a/cpu.cfs_quota_us", "-1\n");
	assert_true(limits_read(7, &limits));
	assert_int_equal(limits.memory_bytes, 0);
	assert_int_equal(limits.cpu_millis, 0);
}

static void
test_version_2(void **state)
{
	struct cgroup_limits limits;

	(void)state;
	file_put("proc/8/cgroup", "0::/pod/b\n");
	file_put("sys/pod/b/memory.max", "536870912\n");
	file_put("sys/pod/b/cpu.max", "50000 100000\n");
	assert_true(limits_read(8, &limits));
	assert_int_equal(limits.memory_bytes, 536870912);
	assert_int_equal(limits.cpu_millis, 500);
	file_put("sys/pod/b/memory.max", "max\n");
	file_put("sys/pod/b/cpu.max", "max 100000\n");
	assert_true(limits_read(8, &limits));
	assert_int_equal(limits.memory_bytes, 0);
	assert_int_equal(limits.cpu_millis, 0);
}

static void
test_what_is_not_there_is_not_read(void **state)
{
	struct cgroup_limits limits;

	(void)state;
	assert_false(limits_read(9, &limits));
	assert_false(limits_read(0, &limits));
	file_put("proc/10/cgroup", "garbage\n::\n4:memory:relative\n");
	assert_false(limits_read(10, &limits));
	file_put("proc/11/cgroup", "0::/gone\n");
	assert_false(limits_read(11, &limits));
	assert_int_equal(limits.memory_bytes, -1);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, top_make, top_remove)
	const struct CMUnitTest tests[] = {
		T(test_version_1), T(test_version_2),
		T(test_what_is_not_there_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
