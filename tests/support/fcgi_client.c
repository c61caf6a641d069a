/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "tests/support/fcgi_client.h"

/* FastCGI 1.0, section 8. */
#define BEGIN_REQUEST	1
#define END_REQUEST	3
#define PARAMS		4
#define STDIN		5
#define STDOUT		6
#define RECORD_MAX	65535
#define PARAMS_MAX	65536

struct record { uint8_t version, type, id[2], length[2], padding, unused; };

int
fcgi_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { 20, 0 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (const struct sockaddr *)&address,
	    sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

int
fcgi_connect_soon(const char *path)
{
	const struct timespec nap = { 0, 10000000 };
	int i, fd;

	for (i = 0; i < 1000; i++) {
		if ((fd = fcgi_connect(path)) != -1)
			return fd;
		(void)nanosleep(&nap, NULL);
	}
	return -1;
}

static bool
put(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		if ((n = send(fd, p, len, MSG_NOSIGNAL)) <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
put_record(int fd, uint8_t type, const void *data, size_t len)
{
	const struct record head = { 1, type, { 0, 1 },
	    { (uint8_t)(len >> 8), (uint8_t)len }, 0, 0 };

	return put(fd, &head, sizeof(head)) && put(fd, data, len);
}

static size_t
put_length(uint8_t *at, size_t len)
{
	if (len < 128) {
		at[0] = (uint8_t)len;
		return 1;
	}
	at[0] = (uint8_t)(len >> 24) | 0x80;
	at[1] = (uint8_t)(len >> 16);
	at[2] = (uint8_t)(len >> 8);
	at[3] = (uint8_t)len;
	return 4;
}

static bool
put_params(int fd, const char *const *params)
{
	static uint8_t text[PARAMS_MAX];
	size_t len = 0, name, value, at;

	for (; params[0] != NULL; params += 2) {
		name = strlen(params[0]);
		value = strlen(params[1]);
		if (len + name + value + 8 > sizeof(text))
			return false;
		len += put_length(text + len, name);
		len += put_length(text + len, value);
		memcpy(text + len, params[0], name);
		memcpy(text + len + name, params[1], value);
		len += name + value;
	}
	for (at = 0; at < len; at += RECORD_MAX)
		if (!put_record(fd, PARAMS, text + at,
		    len - at < RECORD_MAX ? len - at : RECORD_MAX))
			return false;
	return put_record(fd, PARAMS, "", 0);
}

static bool
put_body(int fd, const char *body, size_t len)
{
	size_t at;

	for (at = 0; at < len; at += RECORD_MAX)
		if (!put_record(fd, STDIN, body + at,
		    len - at < RECORD_MAX ? len - at : RECORD_MAX))
			return false;
	return true;
}

bool
fcgi_send_part(int fd, const char *const *params, const char *body,
    size_t len)
{
	static const uint8_t begin[8] = { 0, 1, 0 };	/* responder */

	return put_record(fd, BEGIN_REQUEST, begin, sizeof(begin)) &&
	    put_params(fd, params) && put_body(fd, body, len);
}

bool
fcgi_send_rest(int fd, const char *body, size_t len)
{
	return put_body(fd, body, len) && put_record(fd, STDIN, "", 0);
}

bool
fcgi_send(int fd, const char *const *params, const char *body, size_t len)
{
	return fcgi_send_part(fd, params, body, len) &&
	    fcgi_send_rest(fd, "", 0);
}

static bool
take(int fd, void *data, size_t len)
{
	char *p = data;
	ssize_t n;

	while (len > 0) {
		if ((n = recv(fd, p, len, 0)) <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* understand - reads status and body from the received text */
static void
understand(struct answer *answer)
{
	char *end;

	answer->text[answer->len] = '\0';
	answer->status = 200;
	if (strncmp(answer->text, "Status: ", 8) == 0)
		answer->status = (int)strtol(answer->text + 8, NULL, 10);
	end = strstr(answer->text, "\r\n\r\n");
	answer->body = end == NULL ? answer->text + answer->len : end + 4;
	answer->body_len = (size_t)(answer->text + answer->len -
	    answer->body);
}

bool
fcgi_receive(int fd, struct answer *answer)
{
	struct record head;
	uint8_t skipped[256 + 8];
	size_t len;

	*answer = (struct answer){ .text = malloc(ANSWER_MAX + 1) };
	while (answer->text != NULL && take(fd, &head, sizeof(head))) {
		len = (size_t)head.length[0] << 8 | head.length[1];
		if (head.type == END_REQUEST) {
			understand(answer);
			return true;
		}
		if (head.type != STDOUT || answer->len + len > ANSWER_MAX ||
		    !take(fd, answer->text + answer->len, len) ||
		    !take(fd, skipped, head.padding))
			break;
		answer->len += len;
	}
	answer_free(answer);
	return false;
}

void
answer_free(struct answer *answer)
{
	free(answer->text);
	answer->text = NULL;
}

const char *
answer_header(const struct answer *answer, const char *name)
{
	static char value[4096];
	struct str rest = { answer->text, (size_t)(answer->body -
	    answer->text) }, line;
	size_t len = strlen(name);

	while (rest.len > 0) {
		line = str_cut(&rest, '\n');
		if (line.len <= len + 2 || line.p[len] != ':' ||
		    strncasecmp(line.p, name, len) != 0)
			continue;
		(void)snprintf(value, sizeof(value), "%.*s",
		    (int)(line.len - len - 3), line.p + len + 2);
		return value;
	}
	return NULL;
}
