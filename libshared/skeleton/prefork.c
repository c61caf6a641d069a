/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A master process that restarts its children and lets them finish their work.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/log.h"
#include "libshared/doors/fcgi.h"
#include "libshared/doors/metrics.h"
#include "libshared/base/confine.h"
#include "libshared/skeleton/prefork.h"

#define CHILDREN_MAX	256	/* more than any settings ask for */
#define DRAIN_S		30	/* then a child is killed */
#define RESPAWN_MAX_MS	5000
#define SHORT_LIFE_S	2	/* a shorter life delays the next start */

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
	(void)sig;	/* it only ends pool_sleep() */
}

bool
prefork_stopping(void)
{
	return stopping != 0;
}

/*
 * signals_catch - the master gets signals only while it sleeps, with the mask
 * *idle: none is lost between a look at the children and the sleep
 */
static void
signals_catch(sigset_t *idle)
{
	sigset_t held;
	struct sigaction stop = { .sa_handler = on_stop },
	    child = { .sa_handler = on_child },
	    none = { .sa_handler = SIG_IGN };

	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGTERM);
	(void)sigaddset(&held, SIGINT);
	(void)sigaddset(&held, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &held, idle);
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGCHLD, &child, NULL);
	(void)sigaction(SIGPIPE, &none, NULL);
	(void)sigaction(SIGHUP, &none, NULL);
}

struct pool {
	pid_t		master;
	sigset_t	idle;		/* of a sleeping master */
	pid_t		pids[CHILDREN_MAX];	/* 0: none */
	int64_t		born[CHILDREN_MAX];
	int64_t		n, alive;
	int		backoff_ms;
};

/* pool_sleep - so long, or until a signal arrives */
static void
pool_sleep(const struct pool *pool, int ms)
{
	struct timespec left = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)ppoll(NULL, 0, &left, &pool->idle);
}

static pid_t
child_start(const struct prefork *prefork, const struct pool *pool, int64_t i)
{
	pid_t pid = fork();
	struct sigaction preset = { .sa_handler = SIG_DFL };

	if (pid != 0) {
		if (pid > 0)
			metrics_add(METRIC_CHILD_STARTS, 0, 1);
		return pid;
	}
	(void)sigaction(SIGCHLD, &preset, NULL);
	(void)sigprocmask(SIG_SETMASK, &pool->idle, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (getppid() != pool->master)
		_exit(0);	/* the master ended before the prctl */
	if (process_confine() != 0) {
		log_event(LOG_ERROR, "confine_failed", LOG_TEXT("why",
		    strerror(errno)));
		_exit(71);	/* EX_OSERR */
	}
	exit(prefork->child(prefork->arg, i));
}

static void
kill_all(const struct pool *pool, int sig)
{
	int64_t i;

	for (i = 0; i < pool->n; i++)
		if (pool->pids[i] > 0)
			(void)kill(pool->pids[i], sig);
}

/* prefork_ended_one - delays the next start when a child ended too soon */
static void
prefork_ended_one(struct pool *pool, int64_t i, int status)
{
	bool shortly = clock_s() - pool->born[i] < SHORT_LIFE_S;

	log_event(LOG_WARN, "child_ended", LOG_INT("child", pool->pids[i]),
	    LOG_INT("status", status));
	if (!shortly)
		pool->backoff_ms = 0;
	else if (pool->backoff_ms == 0)
		pool->backoff_ms = 50;
	else if (pool->backoff_ms < RESPAWN_MAX_MS)
		pool->backoff_ms *= 2;
}

/* children_reap - removes children that have ended; false when none is left */
static bool
children_reap(struct pool *pool)
{
	int status;
	int64_t i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < pool->n && pool->pids[i] != pid; i++)
			;
		if (i == pool->n)
			continue;
		if (!stopping && (!WIFEXITED(status) ||
		    WEXITSTATUS(status) != 0))
			prefork_ended_one(pool, i, status);
		pool->pids[i] = 0;
		pool->alive--;
	}
	return pid == 0 || errno != ECHILD;
}

/* children_start - starts the missing children */
static void
children_start(struct pool *pool, const struct prefork *prefork)
{
	int64_t i;

	for (i = 0; i < pool->n && !stopping; i++) {
		if (pool->pids[i] > 0 ||
		    (pool->pids[i] = child_start(prefork, pool, i)) <= 0)
			continue;
		pool->born[i] = clock_s();
		pool->alive++;
	}
}

/*
 * children_drain - sends SIGTERM to all, then SIGKILL to those that still run
 */
static void
children_drain(struct pool *pool)
{
	int64_t end = clock_s() + DRAIN_S;

	kill_all(pool, SIGTERM);
	while (children_reap(pool) && pool->alive > 0) {
		if (clock_s() > end)
			kill_all(pool, SIGKILL);
		pool_sleep(pool, 20);
	}
}

int
prefork_run(const struct prefork *prefork)
{
	struct pool pool = { .n = prefork->children, .master = getpid() };

	if (pool.n < 1 || pool.n > CHILDREN_MAX)
		return 78;	/* EX_CONFIG */
	signals_catch(&pool.idle);
	log_event(LOG_INFO, "started", LOG_INT("children", pool.n));
	while (!stopping) {
		children_start(&pool, prefork);
		if (pool.alive == pool.n)
			pool_sleep(&pool, 1000);
		(void)children_reap(&pool);
		if (pool.alive < pool.n && pool.backoff_ms > 0)
			pool_sleep(&pool, pool.backoff_ms);
	}
	children_drain(&pool);
	log_event(LOG_INFO, "stopped");
	return 0;
}
