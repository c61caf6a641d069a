/* SPDX-License-Identifier: Apache-2.0 */
/* A master that keeps its children alive and lets them end in peace. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libshared/fcgi.h"
#include "libshared/log.h"
#include "libshared/metrics.h"
#include "libshared/service.h"

#define CHILDREN_MAX	64
#define DRAIN_S		30	/* then a child is killed */
#define RESPAWN_MAX_MS	5000
#define SHORT_LIFE_S	2	/* a child that ends sooner slows the next */

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
	fcgi_stop();
}

static void
on_child(int sig)
{
	(void)sig;	/* only to wake sigsuspend */
}

bool
prefork_stopping(void)
{
	return stopping != 0;
}

static void
signals(void)
{
	struct sigaction stop = { .sa_handler = on_stop },
	    child = { .sa_handler = on_child },
	    none = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGCHLD, &child, NULL);
	(void)sigaction(SIGPIPE, &none, NULL);
	(void)sigaction(SIGHUP, &none, NULL);
}

static pid_t
start(const struct prefork *prefork, pid_t master)
{
	pid_t pid = fork();
	struct sigaction preset = { .sa_handler = SIG_DFL };

	if (pid != 0) {
		if (pid > 0)
			metrics_add(METRIC_CHILD_STARTS, 0, 1);
		return pid;
	}
	(void)sigaction(SIGCHLD, &preset, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (getppid() != master)
		_exit(0);	/* the master went before the prctl */
	exit(prefork->child(prefork->arg));
}

static void
nap(int ms)
{
	struct timespec left = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&left, NULL);
}

/* drain - SIGTERM to all, then SIGKILL to those that are still there */
static void
drain(pid_t *pids, int64_t n)
{
	time_t end = time(NULL) + DRAIN_S;
	int64_t i, left = 0;

	for (i = 0; i < n; i++)
		if (pids[i] > 0) {
			(void)kill(pids[i], SIGTERM);
			left++;
		}
	while (left > 0) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		for (i = 0; i < n; i++)
			if (pid > 0 && pids[i] == pid) {
				pids[i] = 0;
				left--;
			}
		if (pid == -1 && errno == ECHILD)
			break;
		if (pid > 0)
			continue;
		if (time(NULL) > end)
			for (i = 0; i < n; i++)
				if (pids[i] > 0)
					(void)kill(pids[i], SIGKILL);
		nap(20);
	}
}

int
prefork_run(const struct prefork *prefork)
{
	pid_t pids[CHILDREN_MAX] = { 0 }, master = getpid(), pid;
	int64_t i, n = prefork->children;
	time_t born[CHILDREN_MAX] = { 0 };
	int backoff_ms = 0, status;

	if (n < 1 || n > CHILDREN_MAX)
		return 78;
	signals();
	log_event(LOG_INFO, "started", LOG_INT("children", n));
	while (!stopping) {
		for (i = 0; i < n && !stopping; i++)
			if (pids[i] <= 0) {
				pids[i] = start(prefork, master);
				born[i] = time(NULL);
			}
		/* An interval bounds what a lost SIGCHLD can cost. */
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			for (i = 0; i < n; i++)
				if (pids[i] == pid) {
					pids[i] = 0;
					if (WIFEXITED(status) &&
					    WEXITSTATUS(status) == 0)
						continue;
					log_event(LOG_WARN, "child_ended",
					    LOG_INT("child", pid),
					    LOG_INT("status", status));
					backoff_ms = time(NULL) - born[i] >=
					    SHORT_LIFE_S ? 0 : backoff_ms == 0 ?
					    50 : backoff_ms * 2;
				}
		if (backoff_ms > RESPAWN_MAX_MS)
			backoff_ms = RESPAWN_MAX_MS;
		for (i = 0; i < n && pids[i] > 0; i++)
			;
		if (!stopping)
			nap(i == n ? 1000 : backoff_ms);
	}
	drain(pids, n);
	log_event(LOG_INFO, "stopped");
	return 0;
}
