/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket below libgit2's HTTP and TLS: it leads to the host and the port of
 * git_url, and nowhere else.
 *
 * Whatever it is told about redirects, libgit2 follows one to another port of
 * the same host, and shows the token there.  SSH has no redirects, and libgit2
 * needs a socket of its own there.
 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "modules/worker/git/gitops_lib.h"

#define HOST_SIZE	256
#define PORT_SIZE	6
#define WHY_SIZE	400

struct stream { git_stream base; int fd; };

/* A child works for one repository, so it connects to one server. */
static struct { char host[HOST_SIZE], port[PORT_SIZE]; } server;

static int
stream_fail(const char *what, const char *why)
{
	char text[WHY_SIZE];

	(void)snprintf(text, sizeof(text), "failed to %s %s: %s", what,
	    server.host, why);
	git_error_set_str(GIT_ERROR_NET, text);
	return -1;
}

static int
stream_connect(git_stream *base)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct stream *stream = (struct stream *)base;
	struct addrinfo *list, *at;
	int why = 0, rc = getaddrinfo(server.host, server.port, &hints, &list);

	if (rc != 0)
		return stream_fail("resolve address for", gai_strerror(rc));
	for (at = list; at != NULL && stream->fd == -1; at = at->ai_next) {
		stream->fd = socket(at->ai_family, at->ai_socktype |
		    SOCK_CLOEXEC, at->ai_protocol);
		if (stream->fd != -1 && connect(stream->fd, at->ai_addr,
		    at->ai_addrlen) == 0)
			continue;
		why = errno;
		if (stream->fd != -1)
			(void)close(stream->fd);
		stream->fd = -1;
	}
	freeaddrinfo(list);
	return stream->fd != -1 ? 0 : stream_fail("connect to",
	    strerror(why));
}

static ssize_t
stream_read(git_stream *base, void *data, size_t len)
{
	ssize_t n;

	do {
		n = recv(((struct stream *)base)->fd, data, len, 0);
	} while (n == -1 && errno == EINTR);
	return n != -1 ? n : stream_fail("receive from", strerror(errno));
}

static ssize_t
stream_write(git_stream *base, const char *data, size_t len, int flags)
{
	ssize_t n;

	(void)flags;
	do {
		n = send(((struct stream *)base)->fd, data, len, MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	return n != -1 ? n : stream_fail("send to", strerror(errno));
}

static int
stream_close(git_stream *base)
{
	struct stream *stream = (struct stream *)base;

	if (stream->fd != -1)
		(void)close(stream->fd);
	stream->fd = -1;
	return 0;
}

static void
stream_free(git_stream *base)
{
	(void)stream_close(base);
	free(base);
}

/* host_bare - without the brackets of an IPv6 address */
static struct str
host_bare(struct str host)
{
	if (host.len < 2 || host.p[0] != '[')
		return host;
	return (struct str){ host.p + 1, host.len - 2 };
}

/* on_stream - libgit2 wants a connection: to our server, or to none */
static int
on_stream(git_stream **out, const char *host, const char *port)
{
	const struct str bare = host_bare(str_of(host));
	struct stream *stream;

	if (bare.len != strlen(server.host) || strncasecmp(bare.p, server.host,
	    bare.len) != 0 || strcmp(port, server.port) != 0) {
		git_error_set_str(GIT_ERROR_NET, "the server redirects to "
		    "another address; set git_url to it, if it is right");
		return -1;
	}
	if ((stream = calloc(1, sizeof(*stream))) == NULL)
		return stream_fail("connect to", strerror(ENOMEM));
	*stream = (struct stream){ { .version = GIT_STREAM_VERSION,
	    .connect = stream_connect, .read = stream_read,
	    .write = stream_write, .close = stream_close,
	    .free = stream_free }, -1 };
	*out = &stream->base;
	return 0;
}

static bool
text_take(char *to, size_t size, struct str from)
{
	if (from.len >= size)
		return false;
	memcpy(to, from.p, from.len);
	to[from.len] = '\0';
	return true;
}

/* port_take - cuts the port off, behind the host or its brackets */
static struct str
port_take(struct str *host, const char *usual)
{
	size_t at = host->len;
	struct str port;

	while (at > 0 && host->p[at - 1] >= '0' && host->p[at - 1] <= '9')
		at--;
	if (at == 0 || host->p[at - 1] != ':')
		return str_of(usual);
	port = (struct str){ host->p + at, host->len - at };
	host->len = at - 1;
	return port;
}

int
gitops_stream_only(const char *url)
{
	git_stream_registration streams = { .version = GIT_STREAM_VERSION,
	    .init = on_stream };
	struct str rest = str_of(url), host, port;
	bool tls = str_starts(rest, "https://");
	size_t scheme = tls ? 8 : str_starts(rest, "http://") ? 7 : 0;

	if (scheme == 0)
		return 0;
	rest.p += scheme;
	rest.len -= scheme;
	host = str_cut(&rest, '/');
	port = port_take(&host, tls ? "443" : "80");
	if (!text_take(server.host, sizeof(server.host), host_bare(host)) ||
	    !text_take(server.port, sizeof(server.port), port))
		return -1;
	return git_stream_register(GIT_STREAM_STANDARD, &streams);
}
