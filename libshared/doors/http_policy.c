/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses may be called, and what may become part of a request.
 *
 * A URL of a tenant must not lead to an address with a special purpose, except
 * in networks that the operator opened.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "libshared/base/arena.h"
#include "libshared/base/network.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"

static struct networks exempt;

void
http_open_networks(const char *list)
{
	if (!networks_parse(str_of(list), &exempt))
		exempt.n = 0;
}

static bool
address_special(bool v6, const void *address)
{
	return network_special(v6, address) &&
	    !networks_hold(&exempt, v6, address);
}

bool
http_address_special(const char *address)
{
	uint8_t raw[16];

	if (inet_pton(AF_INET, address, raw) == 1)
		return address_special(false, raw);
	if (inet_pton(AF_INET6, address, raw) == 1)
		return address_special(true, raw);
	return true;
}

bool
http_sockaddr_special(const struct sockaddr *address, size_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, address, sizeof(v4));
		return address_special(false, &v4.sin_addr);
	}
	if (address->sa_family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, address, sizeof(v6));
		return address_special(true, &v6.sin6_addr);
	}
	return true;
}

/*
 * host_length - accepts letters, digits, dots and hyphens, or an address in
 * brackets
 */
static size_t
host_length(const char *text)
{
	static const char name[] = ".-0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	size_t n;

	if (text[0] != '[') {
		n = strspn(text, name);
		return n <= 253 && text[0] != '.' && text[0] != '-' ? n : 0;
	}
	n = strspn(text + 1, ":.0123456789abcdefABCDEF");
	return n > 0 && text[1 + n] == ']' ? n + 2 : 0;
}

/*
 * http_url_public - stricter than libcurl's parser, so that the two cannot
 * understand a URL differently
 */
bool
http_url_public(const char *url)
{
	static const char scheme[] = "https://";
	static const char *const ports[] = { ":443", ":8200", ":8443" };
	const char *p;
	size_t i, n;

	if (strlen(url) > HTTP_URL_MAX ||
	    strncmp(url, scheme, sizeof(scheme) - 1) != 0)
		return false;
	p = url + sizeof(scheme) - 1;
	if ((n = host_length(p)) == 0)
		return false;
	p += n;
	for (i = 0; i < nitems(ports); i++) {
		n = strlen(ports[i]);
		if (strncmp(p, ports[i], n) == 0 &&
		    (p[n] == '\0' || p[n] == '/' || p[n] == '?')) {
			p += n;
			break;
		}
	}
	if (*p != '\0' && *p != '/' && *p != '?')
		return false;
	for (; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' ||
		    strchr("\"#<>@\\^`{|}", *p) != NULL)
			return false;
	return true;
}

/*
 * http_url_named - the last label of a name begins with a letter, that of an
 * address does not, in all spellings that resolvers take
 */
bool
http_url_named(const char *url)
{
	const char *host = strstr(url, "://"), *dot;
	size_t n;

	if (host == NULL || !http_url_public(url) || host[3] == '[')
		return false;
	host += 3;
	n = host_length(host);
	if ((dot = memrchr(host, '.', n)) == NULL)
		return false;
	return dot + 1 < host + n && ((dot[1] >= 'a' && dot[1] <= 'z') ||
	    (dot[1] >= 'A' && dot[1] <= 'Z'));
}

/*
 * http_header_sound - the name is a token (RFC 9110 5.6.2), the value has no
 * control character
 */
bool
http_header_sound(const struct http_header *header)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const unsigned char *p = (const unsigned char *)header->value;

	if (header->name[0] == '\0' ||
	    header->name[strspn(header->name, token)] != '\0')
		return false;
	for (; *p != '\0'; p++)
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}

/*
 * http_mailbox_sound - the mailbox becomes part of an SMTP line: no brackets,
 * blanks or control characters
 */
bool
http_mailbox_sound(const char *text)
{
	const char *at = strchr(text, '@');
	const unsigned char *p = (const unsigned char *)text;

	for (; *p != '\0'; p++)
		if (*p <= 0x20 || *p == 0x7f || *p == '<' || *p == '>')
			return false;
	return at != NULL && at != text && at[1] != '\0' &&
	    strchr(at + 1, '@') == NULL;
}

enum err
http_escape(struct ctx *ctx, const char *text, const char **out)
{
	static const char hex[] = "0123456789ABCDEF";
	bool dots = text[strspn(text, ".")] == '\0';
	size_t len = strlen(text), i, n = 0;
	unsigned char c;
	char *p;

	if ((p = arena_array(ctx->mem, len + 1, 3)) == NULL)
		return fail(ctx, ERR_TOO_LARGE, NULL, "a URL part of %zu",
		    len);
	for (i = 0; i < len; i++) {
		c = (unsigned char)text[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		    c == '~' || (c == '.' && !dots)) {
			p[n++] = (char)c;
			continue;
		}
		p[n++] = '%';
		p[n++] = hex[c >> 4];
		p[n++] = hex[c & 15];
	}
	p[n] = '\0';
	*out = p;
	return ERR_OK;
}
