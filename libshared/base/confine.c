/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of what is refused, not of what is allowed: libpq, OpenSSL and libcurl
 * choose their system calls, and change them with each release.
 */
#include "config.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "libshared/base/str.h"
#include "libshared/base/confine.h"

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#else
#error "no system call filter for this processor"
#endif

#define X32_FIRST	0x40000000U	/* the same calls by other numbers */

#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
	    (uint32_t)offsetof(struct seccomp_data, member))
#define RET(action)	BPF_STMT(BPF_RET | BPF_K, (action))
#define DENY(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ ## call, 0, 1), \
	RET(SECCOMP_RET_ERRNO | EPERM)

static const struct sock_filter denied[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
	RET(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_FIRST, 0, 1),
	RET(SECCOMP_RET_KILL_PROCESS),
	/* programs, and other processes */
	DENY(execve), DENY(execveat), DENY(process_vm_readv),
	DENY(process_vm_writev), DENY(kcmp), DENY(pidfd_getfd),
	DENY(personality),
#if !CONFINE_RELAXED
	DENY(ptrace),
#endif
	/* mounts and namespaces */
	DENY(mount), DENY(umount2), DENY(pivot_root), DENY(chroot),
	DENY(open_tree), DENY(move_mount), DENY(fsopen), DENY(fsconfig),
	DENY(fsmount), DENY(fspick), DENY(mount_setattr), DENY(unshare),
	DENY(setns), DENY(open_by_handle_at), DENY(name_to_handle_at),
	DENY(mknodat),
	/* users */
	DENY(setuid), DENY(setgid), DENY(setreuid), DENY(setregid),
	DENY(setresuid), DENY(setresgid), DENY(setgroups), DENY(setfsuid),
	DENY(setfsgid), DENY(capset),
	/* the machine */
	DENY(reboot), DENY(swapon), DENY(swapoff), DENY(sethostname),
	DENY(setdomainname), DENY(clock_settime), DENY(settimeofday),
	DENY(adjtimex), DENY(clock_adjtime), DENY(acct), DENY(quotactl),
	/* the kernel */
	DENY(init_module), DENY(finit_module), DENY(delete_module),
	DENY(kexec_load), DENY(bpf), DENY(perf_event_open),
	DENY(userfaultfd), DENY(io_uring_setup), DENY(io_uring_enter),
	DENY(io_uring_register), DENY(keyctl), DENY(add_key),
	DENY(request_key), DENY(syslog),
	RET(SECCOMP_RET_ALLOW),
};

static int
limits_set(void)
{
	const struct rlimit core = { 0, 0 }, memory = { CONFINE_MEMORY_MAX,
	    CONFINE_MEMORY_MAX };

	if (setrlimit(RLIMIT_CORE, &core) != 0)
		return -1;
	return CONFINE_RELAXED ? 0 : setrlimit(RLIMIT_AS, &memory);
}

int
process_confine(void)
{
	static const struct sock_fprog program = {
		.len = nitems(denied),
		.filter = (struct sock_filter *)(uintptr_t)denied,
	};

	if (limits_set() != 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
