/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/http_peer.h"

#include "libshared/base/str.h"

static void
nap_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Answers that are fixed texts; the connection then closes. */
static const struct { const char *path, *answer; } texts[] = {
	{ "/ok", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	  "Docker-Content-Digest: sha256:abc\r\nLocation: /here\r\n"
	  "Content-Length: 11\r\n\r\n{\"ok\":true}" },
	{ "/empty", "HTTP/1.1 204 No Content\r\n\r\n" },
	{ "/redirect", "HTTP/1.1 302 Found\r\nLocation: /secret\r\n"
	  "Content-Length: 0\r\n\r\n" },
	{ "/busy", "HTTP/1.1 503 Later\r\nRetry-After: 7\r\n"
	  "Content-Length: 4\r\n\r\nbusy" },
	{ "/never", "HTTP/1.1 503 Later\r\nRetry-After: 99999999\r\n"
	  "Content-Length: 0\r\n\r\n" },
	{ "/continue", "HTTP/1.1 100 Continue\r\nLocation: /no\r\n\r\n"
	  "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi" },
	{ "/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n" },
	{ "/badchunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "zz\r\nabc\r\n" },
	{ "/halfchunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n8\r\nabc" },
	{ "/short", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc" },
	{ "/negative", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc" },
	{ "/zip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
	  "Content-Length: 3\r\n\r\n\x1f\x8b\x08" },
	{ "/garbage", "\x16\x03\x01\x02\xff\xfe\r\n\r\nwhat?" },
	{ "/old", "just a text, as in 1991\n" },
	{ "/version", "HTTP/9.9 200 OK\r\n\r\n" },
	{ "/status", "HTTP/1.1 2x0 OK\r\n\r\n" },
	{ "/nothing", "" },
};

static bool
path_is(const char *head, const char *path)
{
	const char *at = strchr(head, ' ');
	size_t len = strlen(path);

	return at != NULL && strncmp(at + 1, path, len) == 0 &&
	    (at[1 + len] == ' ' || at[1 + len] == '?');
}

static void
serve_reset(int fd)
{
	struct linger hard = { 1, 0 };

	(void)loopback_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n"
	    "\r\nabc");
	nap_ms(50);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
}

/*
 * serve_echo - answers the whole request, head and body; the connection stays
 * open. It stores only complete requests: a client that gave up may ask again
 * on another connection while this one still reads.
 */
static bool
serve_echo(struct loopback *shared, int fd, const char *head, size_t len)
{
	const char *at = strstr(head, "Content-Length: ");
	size_t want = at == NULL ? 0 : (size_t)strtoul(at + 16, NULL, 10);
	char line[96], body[4096], text[LOOPBACK_TEXT_MAX] = "";
	ssize_t n;

	memcpy(text, head, len);
	for (; want > 0; want -= (size_t)n) {
		n = recv(fd, body, want < sizeof(body) ? want : sizeof(body),
		    0);
		if (n <= 0)
			return false;
		if (len + (size_t)n < LOOPBACK_TEXT_MAX)
			memcpy(text + len, body, (size_t)n);
		len += (size_t)n;
	}
	memcpy(shared->last, text, sizeof(text));
	shared->last_len = len;
	len = len < LOOPBACK_TEXT_MAX ? len : LOOPBACK_TEXT_MAX;
	(void)snprintf(line, sizeof(line), "HTTP/1.1 200 OK\r\n"
	    "Content-Length: %zu\r\n\r\n", len);
	return loopback_text(fd, line) && loopback_write(fd, text, len);
}

static void
serve_endless(int fd, const char *head)
{
	static const char line[] = "X-More: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";
	bool slowly = path_is(head, "/drip");

	(void)loopback_text(fd, "HTTP/1.1 200 OK\r\n");
	if (!path_is(head, "/headers"))
		(void)loopback_text(fd, "\r\n");
	while (loopback_write(fd, line, slowly ? 1 : sizeof(line) - 1))
		if (slowly)
			nap_ms(20);
}

void
http_peer(struct loopback *shared, int fd)
{
	char head[LOOPBACK_TEXT_MAX];
	size_t i, len;

	while ((len = loopback_read_head(fd, head, sizeof(head))) > 0) {
		__atomic_add_fetch(&shared->requests, 1, __ATOMIC_SEQ_CST);
		if (path_is(head, "/stale")) {
			/* promises to keep the connection, and closes it */
			(void)loopback_text(fd, "HTTP/1.1 200 OK\r\n"
			    "Content-Length: 2\r\n\r\nhi");
			return;
		}
		if (path_is(head, "/echo")) {
			if (!serve_echo(shared, fd, head, len))
				return;
			continue;
		}
		if (path_is(head, "/slow"))
			nap_ms(60000);
		if (path_is(head, "/reset"))
			serve_reset(fd);
		else if (path_is(head, "/drip") || path_is(head, "/headers") ||
		    path_is(head, "/endless"))
			serve_endless(fd, head);
		for (i = 0; i < nitems(texts); i++)
			if (path_is(head, texts[i].path))
				(void)loopback_text(fd, texts[i].answer);
		return;
	}
}
