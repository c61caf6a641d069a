/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of FastCGI 1.0, written and read by hand, since libfcgi is a server
 * only.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/fcgi_peer.h"

#define VALUE_MAX	12288
#define HEADER		((size_t)8)
enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

struct out { unsigned char *p; size_t len, max; };

static bool
put(struct out *out, const void *data, size_t len)
{
	if (len > out->max - out->len)
		return false;
	memcpy(out->p + out->len, data, len);
	out->len += len;
	return true;
}

static bool
put_header(struct out *out, unsigned type, size_t len)
{
	const unsigned char header[HEADER] = { 1, (unsigned char)type, 0, 1,
	    (unsigned char)(len >> 8), (unsigned char)len, 0, 0 };

	return len <= UINT16_MAX && put(out, header, sizeof(header));
}

static bool
put_length(struct out *out, size_t len)
{
	const unsigned char longer[4] = { (unsigned char)(len >> 24 | 0x80),
	    (unsigned char)(len >> 16), (unsigned char)(len >> 8),
	    (unsigned char)len };
	const unsigned char shorter = (unsigned char)len;

	return len < 0x80 ? put(out, &shorter, 1) : put(out, longer, 4);
}

/*
 * value_of - returns the text after "=", or the first line of the file after
 * "@"
 */
static const char *
value_of(const char *param, size_t name_len, char buf[VALUE_MAX])
{
	FILE *file;
	bool good;

	if (param[name_len] == '=')
		return param + name_len + 1;
	if ((file = fopen(param + name_len + 1, "re")) == NULL)
		return NULL;
	good = fgets(buf, VALUE_MAX, file) != NULL;
	(void)fclose(file);
	if (!good)
		return NULL;
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

static bool
put_param(struct out *out, const char *param)
{
	char buf[VALUE_MAX];
	size_t name_len = strcspn(param, "=@");
	const char *value;

	if (param[name_len] == '\0' ||
	    (value = value_of(param, name_len, buf)) == NULL)
		return false;
	return put_length(out, name_len) && put_length(out, strlen(value)) &&
	    put(out, param, name_len) && put(out, value, strlen(value));
}

size_t
fcgi_request(char *const params[], int n, unsigned char *buf, size_t max)
{
	static const unsigned char responder[8] = { 0, 1 };
	unsigned char pairs[FCGI_REQUEST_MAX];
	struct out inner = { pairs, 0, sizeof(pairs) };
	struct out out = { buf, 0, max };
	int i;

	for (i = 0; i < n; i++)
		if (!put_param(&inner, params[i]))
			return 0;
	return put_header(&out, BEGIN, sizeof(responder)) &&
	    put(&out, responder, sizeof(responder)) &&
	    put_header(&out, PARAMS, inner.len) &&
	    put(&out, inner.p, inner.len) && put_header(&out, PARAMS, 0) &&
	    put_header(&out, STDIN, 0) ? out.len : 0;
}

int
fcgi_connect(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

bool
fcgi_good(const unsigned char *answer, size_t len)
{
	const unsigned char *status = answer + HEADER, *end;

	if (len < 4 * HEADER || answer[1] != STDOUT)
		return false;
	end = answer + len - 2 * HEADER;	/* its body is 8 bytes */
	return (memcmp(status, "Status: 200", 11) == 0 ||
	    memcmp(status, "Status: 204", 11) == 0) && end[1] == END;
}
