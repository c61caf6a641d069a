/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child's side: gives everything away, then runs.
 *
 * Order matters: files, limits, privileges, and the filter last, because it
 * forbids all of these.  Start reading at sandbox_child(), at the bottom.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "libshared/base/confine.h"
#include "libshared/base/str.h"
#include "modules/apps/inspect/sandbox_child.h"

#define IN_FD	3
#define OUT_FD	4

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#else
#error "no system call filter for this processor"
#endif

bool
sandbox_is_strict(void)
{
	return !CONFINE_RELAXED;
}

#define LOAD(offset) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offset))
#define LOAD_CALL	LOAD(offsetof(struct seccomp_data, nr))
#define LOAD_ARCH	LOAD(offsetof(struct seccomp_data, arch))
/* Both processors are little-endian: the low half stands first. */
#define LOAD_ARG(n)	LOAD(offsetof(struct seccomp_data, args[n]))
#define RET(action)	BPF_STMT(BPF_RET | BPF_K, (action))
/* Equal: go on. Else: jump over skip instructions. */
#define UNLESS(value, skip) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
/* One of these bits: jump over skip instructions. Else: go on. */
#define ANY_BIT(bits, skip) \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (skip), 0)
#define ALLOW(call) \
	UNLESS(__NR_##call, 1), RET(SECCOMP_RET_ALLOW)
/* Only on this file. */
#define ALLOW_FD(call, fd) \
	UNLESS(__NR_##call, 4), LOAD_ARG(0), UNLESS((fd), 1), \
	RET(SECCOMP_RET_ALLOW), RET(SECCOMP_RET_KILL_PROCESS)
/* Never executable. */
#define ALLOW_DATA(call) \
	UNLESS(__NR_##call, 4), LOAD_ARG(2), ANY_BIT(PROT_EXEC, 1), \
	RET(SECCOMP_RET_ALLOW), RET(SECCOMP_RET_KILL_PROCESS)

static const struct sock_filter allowed[] = {
	LOAD_ARCH,
	UNLESS(ARCH, 1),
	BPF_STMT(BPF_JMP | BPF_JA, 1),
	RET(SECCOMP_RET_KILL_PROCESS),
	LOAD_CALL,			/* x32 numbers are in no list below */
	ALLOW_FD(pread64, IN_FD),
	ALLOW_FD(write, OUT_FD),
	ALLOW(brk),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(madvise),
	ALLOW_DATA(mmap),
	ALLOW_DATA(mprotect),
	ALLOW(clock_gettime),
	ALLOW(getrandom),
	ALLOW(futex),
	ALLOW(rt_sigreturn),
	ALLOW(restart_syscall),
	ALLOW(exit),
	ALLOW(exit_group),
	RET(SECCOMP_RET_KILL_PROCESS),
};

static int
filter_set(void)
{
	static const struct sock_fprog program = {
		.len = nitems(allowed),
		.filter = (struct sock_filter *)(uintptr_t)allowed,
	};

	if (!sandbox_is_strict())
		return 0;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* hard = soft + more: with both alike the kernel kills without a word. */
static int
limit_set(unsigned resource, size_t max, size_t more)
{
	struct rlimit limit, now;

	if (getrlimit(resource, &now) != 0)
		return -1;
	limit.rlim_cur = max < now.rlim_max ? max : now.rlim_max;
	limit.rlim_max = max + more < now.rlim_max ? max + more : now.rlim_max;
	return setrlimit(resource, &limit);
}

static int
limits_set(const struct sandbox *box)
{
	if (limit_set(RLIMIT_CORE, 0, 0) != 0 ||
	    limit_set(RLIMIT_FSIZE, 0, 0) != 0 ||
	    limit_set(RLIMIT_MEMLOCK, 0, 0) != 0)
		return -1;
	if (!sandbox_is_strict())
		return 0;
	if (limit_set(RLIMIT_NOFILE, 0, 0) != 0 ||
	    limit_set(RLIMIT_NPROC, 0, 0) != 0 ||
	    limit_set(RLIMIT_CPU, (size_t)box->cpu_s, 1) != 0)
		return -1;
	return limit_set(RLIMIT_AS, SANDBOX_MEMORY_MAX, 0);
}

/* Keeps the file and the pipe, under numbers that the filter knows. */
static int
files_close(int in, int out)
{
	if ((in = fcntl(in, F_DUPFD, OUT_FD + 1)) < 0 ||
	    (out = fcntl(out, F_DUPFD, OUT_FD + 1)) < 0 ||
	    dup2(in, IN_FD) < 0 || dup2(out, OUT_FD) < 0)
		return -1;
	/* a relaxed build reports its findings on standard error */
	if (close_range(0, sandbox_is_strict() ? 2 : 1, 0) != 0)
		return -1;
	return close_range(OUT_FD + 1, ~0U, 0);
}

/* A whole service is told to stop at once; the answer is due before that. */
static void
signals_reset(void)
{
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
answer_write(const uint8_t *p, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(OUT_FD, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);
		p += n;
		len -= (size_t)n;
	}
}

void
sandbox_child(const struct sandbox *box, int out, size_t max)
{
	uint8_t *answer = calloc(1, max);
	size_t len;

	signals_reset();
	if (answer == NULL || files_close(box->fd, out) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    limits_set(box) != 0 || filter_set() != 0)
		_exit(SANDBOX_EXIT_NONE);
	len = box->run(IN_FD, box->arg, answer, max);
	if (len > max)
		_exit(1);
	answer_write(answer, len);
	free(answer);
	_exit(0);
}
