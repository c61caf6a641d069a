/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control groups (cgroups(7)): a process is in one group of version 2, or in
 * one of each controller of version 1.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "modules/worker/runtime/runtime_cgroup.h"

#define TEXT_MAX	4096
#define PATH_TEXT_MAX	1024

static bool
text_read(const char *path, char text[TEXT_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return false;
	n = read(fd, text, TEXT_MAX - 1);
	(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* is_listed - is this controller one of "cpu,cpuacct"? */
static bool
is_listed(struct str list, const char *name)
{
	struct str one;

	while (list.len > 0) {
		one = str_cut(&list, ',');
		if (one.len == strlen(name) &&
		    memcmp(one.p, name, one.len) == 0)
			return true;
	}
	return false;
}

/*
 * group_find - the group that limits this controller, below the mount; *v2 says
 * of which version it is
 */
static bool
group_find(const char *text, const char *controller, struct str *group,
    bool *v2)
{
	struct str rest = str_of(text), line, list;
	bool found = false;

	while (rest.len > 0) {
		line = str_cut(&rest, '\n');
		(void)str_cut(&line, ':');
		list = str_cut(&line, ':');
		if (line.len == 0 || line.p[0] != '/')
			continue;
		if (is_listed(list, controller)) {
			*group = line;
			*v2 = false;
			return true;
		}
		if (list.len == 0) {
			*group = line;
			*v2 = found = true;
		}
	}
	return found;
}

/* file_read - a file of the group as one line */
static bool
file_read(const char *directory, struct str group, const char *file,
    char text[TEXT_MAX])
{
	char path[PATH_TEXT_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s%.*s/%s", directory,
	    (int)group.len, group.p, file) >= sizeof(path) ||
	    !text_read(path, text))
		return false;
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/* number_read - 0, no limit, for "max", -1 and more than machines have */
static int64_t
number_read(struct str text)
{
	int64_t value;

	return str_int(text, 0, INT64_C(1) << 50, &value) ? value : 0;
}

static bool
memory_read(const char *mount, const char *groups, int64_t *bytes)
{
	char directory[PATH_TEXT_MAX], text[TEXT_MAX];
	struct str group;
	bool v2;

	if (!group_find(groups, "memory", &group, &v2))
		return false;
	(void)snprintf(directory, sizeof(directory), "%s%s", mount, v2 ? "" :
	    "/memory");
	if (!file_read(directory, group, v2 ? "memory.max" :
	    "memory.limit_in_bytes", text))
		return false;
	*bytes = number_read(str_of(text));
	return true;
}

static bool
cpu_read(const char *mount, const char *groups, int64_t *millis)
{
	char directory[PATH_TEXT_MAX], text[TEXT_MAX], period[TEXT_MAX];
	struct str group, quota, rest;
	int64_t every;
	bool v2;

	if (!group_find(groups, "cpu", &group, &v2))
		return false;
	(void)snprintf(directory, sizeof(directory), "%s%s", mount, v2 ? "" :
	    "/cpu");
	if (!file_read(directory, group, v2 ? "cpu.max" :
	    "cpu.cfs_quota_us", text) || (!v2 && !file_read(directory, group,
	    "cpu.cfs_period_us", period)))
		return false;
	rest = str_of(text);
	quota = str_cut(&rest, ' ');
	every = number_read(v2 ? rest : str_of(period));
	*millis = every == 0 ? 0 : number_read(quota) * 1000 / every;
	return true;
}

bool
cgroup_read(const char *proc, const char *mount, int64_t pid,
    struct cgroup_limits *limits)
{
	char path[PATH_TEXT_MAX], groups[TEXT_MAX];
	struct cgroup_limits found;

	(void)snprintf(path, sizeof(path), "%s/%lld/cgroup", proc,
	    (long long)pid);
	if (pid <= 0 || !text_read(path, groups) ||
	    !memory_read(mount, groups, &found.memory_bytes) ||
	    !cpu_read(mount, groups, &found.cpu_millis))
		return false;
	*limits = found;
	return true;
}
