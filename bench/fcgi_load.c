/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fcgi_load SOCKET CLIENTS SECONDS PARAM... - runs CLIENTS clients, each with
 * one request after another on a new connection, as nginx calls a responder.
 * Prints requests per second; exit 1 when an answer was not good.
 */
#include "config.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench/fcgi_peer.h"

#define CLIENTS_MAX	64
#define STALL_MS	5000

struct client {
	size_t		len;
	unsigned char	answer[FCGI_ANSWER_MAX];
};

struct load {
	const char	*path;
	int		 n;
	unsigned char	 request[FCGI_REQUEST_MAX];
	size_t		 request_len;
	uint64_t	 done;
	struct client	 clients[CLIENTS_MAX];
	struct pollfd	 fds[CLIENTS_MAX];	/* with the same index */
};

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * ask - sends a request, which is smaller than a socket's buffer: never blocks
 */
static bool
ask(struct load *load, int i)
{
	int fd = fcgi_connect(load->path);

	load->clients[i].len = 0;
	load->fds[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	return fd != -1 && write(fd, load->request, load->request_len) ==
	    (ssize_t)load->request_len;
}

/* hear - reads what has come; after a whole answer sends the next request */
static bool
hear(struct load *load, int i)
{
	struct client *client = &load->clients[i];
	ssize_t n = read(load->fds[i].fd, client->answer + client->len,
	    sizeof(client->answer) - client->len);

	if (n > 0) {
		client->len += (size_t)n;
		return true;
	}
	(void)close(load->fds[i].fd);
	if (n < 0 || !fcgi_good(client->answer, client->len)) {
		(void)fprintf(stderr, "fcgi_load: a bad answer: %.*s\n",
		    (int)client->len, (const char *)client->answer);
		return false;
	}
	load->done++;
	return ask(load, i);
}

static bool
run(struct load *load, double seconds)
{
	double start = now();
	int i;

	for (i = 0; i < load->n; i++)
		if (!ask(load, i))
			return false;
	while (now() - start < seconds) {
		if (poll(load->fds, (nfds_t)load->n, STALL_MS) <= 0)
			return false;
		for (i = 0; i < load->n; i++)
			if (load->fds[i].revents != 0 && !hear(load, i))
				return false;
	}
	(void)printf("%.0f\n", (double)load->done / (now() - start));
	return true;
}

int
main(int argc, char *argv[])
{
	static struct load load;

	if (argc < 5) {
		(void)fprintf(stderr, "usage: fcgi_load SOCKET CLIENTS "
		    "SECONDS NAME=VALUE|NAME@FILE...\n");
		return 2;
	}
	load.path = argv[1];
	load.n = (int)strtol(argv[2], NULL, 10);
	load.request_len = fcgi_request(argv + 4, argc - 4, load.request,
	    sizeof(load.request));
	if (load.n < 1 || load.n > CLIENTS_MAX || load.request_len == 0) {
		(void)fprintf(stderr, "fcgi_load: odd arguments\n");
		return 2;
	}
	return run(&load, strtod(argv[3], NULL)) ? 0 : 1;
}
