/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/support/script.h"
#include "tests/support/unit.h"

#define REQUEST_MAX	((size_t)256 << 10)

static const struct script_step *script;
static size_t nscript;

/* read_request - reads the whole request, text or not; returns its length */
static size_t
read_request(int fd, char *text)
{
	size_t len = loopback_read_head(fd, text, REQUEST_MAX), want;
	const char *at;
	ssize_t n;

	at = len == 0 ? NULL : strstr(text, "Content-Length: ");
	want = at == NULL ? 0 : (size_t)strtoul(at + 16, NULL, 10);
	while (want > 0 && len < REQUEST_MAX &&
	    (n = recv(fd, text + len, REQUEST_MAX - len, 0)) > 0) {
		len += (size_t)n;
		want -= want < (size_t)n ? want : (size_t)n;
	}
	return len;
}

static void
answer(int fd, const struct script_step *step)
{
	size_t len = step->body == NULL ? 0 : step->len > 0 ? step->len :
	    strlen(step->body);
	char head[1024];

	(void)snprintf(head, sizeof(head), "HTTP/1.1 %d Said\r\n"
	    "Connection: close\r\n%sContent-Length: %zu\r\n\r\n",
	    step->status, step->headers != NULL ? step->headers : "", len);
	if (loopback_text(fd, head) && step->body != NULL)
		(void)loopback_write(fd, step->body, len);
}

static void
serve(struct loopback *shared, int fd)
{
	char *text = malloc(REQUEST_MAX);
	const struct script_step *step;
	size_t len, i;

	if (text == NULL)
		abort();
	len = read_request(fd, text);
	if (len == 0)
		return;
	i = (size_t)__atomic_fetch_add(&shared->requests, 1,
	    __ATOMIC_SEQ_CST);
	step = i < nscript ? &script[i] : NULL;
	if (step != NULL &&
	    strncmp(text, step->request, strlen(step->request)) == 0 &&
	    (step->wants == NULL || memmem(text, len, step->wants,
	    strlen(step->wants)) != NULL)) {
		answer(fd, step);
		return;
	}
	len = len < LOOPBACK_TEXT_MAX - 1 ? len : LOOPBACK_TEXT_MAX - 1;
	memcpy(shared->last, text, len);
	shared->last_len = len;
	(void)loopback_text(fd, "HTTP/1.1 599 Out of turn\r\n"
	    "Connection: close\r\nContent-Length: 0\r\n\r\n");
}

struct loopback *
script_begin(const char *path, const struct script_step *steps, size_t n)
{
	struct loopback *peer;

	script = steps;
	nscript = n;
	peer = loopback_start(path, serve);
	assert_non_null(peer);
	return peer;
}

void
script_end(struct loopback **peer)
{
	size_t came = (size_t)(*peer)->requests;
	size_t len = (*peer)->last_len;
	char text[512];

	snprintf(text, sizeof(text), "%.*s", (int)(len < 500 ? len : 500),
	    (*peer)->last);
	loopback_stop(peer);
	if (len > 0)
		fail_msg("out of turn: %s", text);
	if (came != nscript)
		fail_msg("%zu of %zu requests came", came, nscript);
}
