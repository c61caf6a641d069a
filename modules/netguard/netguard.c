/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleer-netguard - separates tenants' containers on a container engine.
 *
 * It is the only process with CAP_NET_ADMIN.  It reads the kernel's list of
 * links and takes no commands.  It adds bridges named cml… to the table `inet
 * cameleer` as they appear; traffic of a bridge that is not in the table is
 * dropped.  The table stays when the process ends, so that traffic stays
 * closed.
 */
#include "config.h"

#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/log.h"
#include "modules/netguard/links.h"
#include "modules/netguard/platform.h"
#include "modules/netguard/rules.h"

#define REFRESH_MS	60000	/* interval of writing the table again */
#define RETRY_MS	1000	/* after a failure or a foreign change */

struct guard {
	struct rules	rules;
	struct links	links;		/* those that the table contains */
	int		signals, route, tables;
	bool		remove_on_exit;
	int64_t		due_ms;		/* time of the next write */
};

/* usage_print - prints the usage; returns false, for options_read() */
static bool
usage_print(void)
{
	(void)fputs("usage: cameleer-netguard [-c FILE] "
	    "[--platform ADDRESS --ports P1,P2…] [--remove-on-exit]\n"
	    "       cameleer-netguard --remove\n", stderr);
	return false;
}

/* options_read - true: continue; else *rc is the exit code */
static bool
options_read(int argc, char *argv[], struct guard *guard, int *rc)
{
	static const struct option list[] = {
		{ "platform", required_argument, NULL, 'a' },
		{ "ports", required_argument, NULL, 'p' },
		{ "remove-on-exit", no_argument, NULL, 'x' },
		{ "remove", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char *address = NULL, *ports = NULL;
	bool remove = false;
	int option;

	*rc = 2;
	while ((option = getopt_long(argc, argv, "c:", list, NULL)) != -1) {
		if (option == 'x')
			guard->remove_on_exit = true;
		else if (option == 'r')
			remove = true;
		else if (option == 'a')
			address = optarg;
		else if (option == 'p')
			ports = optarg;
		else if (option != 'c')
			return usage_print();
		else if (!platform_conf(&guard->rules, optarg))
			return false;
	}
	if (optind != argc || (address == NULL) != (ports == NULL) ||
	    (address != NULL && !platform_ports(&guard->rules, address,
	    ports)))
		return usage_print();
	if (!remove)
		return true;
	*rc = rules_remove() == 0 ? 0 : 1;
	if (*rc != 0)
		log_event(LOG_ERROR, "remove_failed", LOG_TEXT("why",
		    strerror(errno)));
	return false;
}

/* rules_refresh - writes the table when links changed, or when forced */
static int
rules_refresh(struct guard *guard, bool force)
{
	struct links found = { 0 };
	char *text;
	int result;

	if (links_read(&found) == -1) {
		log_event(LOG_ERROR, "links_failed", LOG_TEXT("why",
		    strerror(errno)));
		return -1;
	}
	if (!force && links_equal(&found, &guard->links)) {
		links_free(&found);
		return 0;
	}
	text = rules_text(&guard->rules, &found);
	result = text == NULL ? -1 : rules_apply(text);
	free(text);
	if (result == -1) {
		log_event(LOG_ERROR, "rules_failed", LOG_TEXT("why",
		    strerror(errno)));
		links_free(&found);
		return -1;
	}
	if (!links_equal(&found, &guard->links))
		log_event(LOG_INFO, "rules_written", LOG_INT("bridges",
		    (int64_t)found.n));
	links_free(&guard->links);
	guard->links = found;
	(void)rules_touched(guard->tables);	/* skip our events */
	return 0;
}

static void
rules_refresh_or_retry(struct guard *guard, bool force)
{
	if (rules_refresh(guard, force) == -1)
		guard->due_ms = clock_ms() + RETRY_MS;
	else if (force)
		guard->due_ms = clock_ms() + REFRESH_MS;
}

/* ready_notify - sends READY=1 as sd_notify(3) does */
static void
ready_notify(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	len = strlen(path);
	if (len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

static int
signals_watch(void)
{
	sigset_t set;

	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
guard_run(struct guard *guard)
{
	struct pollfd fds[] = {
		{ .fd = guard->signals, .events = POLLIN },
		{ .fd = guard->route, .events = POLLIN },
		{ .fd = guard->tables, .events = POLLIN },
	};
	int64_t wait;

	for (;;) {
		wait = guard->due_ms - clock_ms();
		if (poll(fds, 3, wait > 0 ? (int)wait : 0) == -1 &&
		    errno != EINTR)
			return;
		if (fds[0].revents != 0)
			return;
		if (fds[2].revents != 0 && rules_touched(guard->tables) == 1) {
			log_event(LOG_WARN, "rules_touched");
			if (guard->due_ms > clock_ms() + RETRY_MS)
				guard->due_ms = clock_ms() + RETRY_MS / 10;
		}
		if (fds[1].revents != 0) {
			links_drain(guard->route);
			rules_refresh_or_retry(guard, false);
		}
		if (clock_ms() >= guard->due_ms)
			rules_refresh_or_retry(guard, true);
	}
}

int
main(int argc, char *argv[])
{
	struct guard guard = { .signals = -1 };
	int code;

	log_init("netguard", LOG_INFO);
	if (!options_read(argc, argv, &guard, &code))
		return code;
	guard.signals = signals_watch();
	guard.route = links_watch();
	guard.tables = rules_watch();
	if (guard.signals == -1 || guard.route == -1 || guard.tables == -1) {
		log_event(LOG_ERROR, "start_failed", LOG_TEXT("why",
		    strerror(errno)));
		return 1;
	}
	if (rules_refresh(&guard, true) == -1)
		return 1;
	guard.due_ms = clock_ms() + REFRESH_MS;
	log_event(LOG_INFO, "ready", LOG_INT("bridges",
	    (int64_t)guard.links.n));
	ready_notify();
	guard_run(&guard);
	if (guard.remove_on_exit && rules_remove() == -1)
		return 1;
	links_free(&guard.links);
	log_event(LOG_INFO, "stopped");
	return 0;
}
