/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be called, and what may become part of a request.
 *
 * A URL of a tenant may lead to no address with a special purpose (RFC 6890
 * and the IANA registries it began).
 * IPv4 is a list of what is refused.  IPv6 is the other way round: only global
 * unicast, 2000::/3, is open, less what is special in it, so that mapped,
 * translated (NAT64), local, unique-local and multicast forms are all out.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"

struct range { uint8_t net[16]; unsigned bits; };

static const struct range special4[] = {
	{ { 0 }, 8 },			/* this network */
	{ { 10 }, 8 },			/* private */
	{ { 100, 64 }, 10 },		/* shared by carriers */
	{ { 127 }, 8 },			/* loopback */
	{ { 169, 254 }, 16 },		/* link-local, metadata of clouds */
	{ { 172, 16 }, 12 },		/* private */
	{ { 192, 0, 0 }, 24 },		/* IETF protocols */
	{ { 192, 0, 2 }, 24 },		/* documentation */
	{ { 192, 31, 196 }, 24 },	/* AS112 */
	{ { 192, 52, 193 }, 24 },	/* AMT */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays */
	{ { 192, 168 }, 16 },		/* private */
	{ { 192, 175, 48 }, 24 },	/* AS112 */
	{ { 198, 18 }, 15 },		/* benchmarks */
	{ { 198, 51, 100 }, 24 },	/* documentation */
	{ { 203, 0, 113 }, 24 },	/* documentation */
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 },			/* reserved, broadcast */
};

static const struct range open6 = { { 0x20 }, 3 };

static const struct range special6[] = {
	{ { 0x20, 0x01 }, 23 },		/* IETF: Teredo, ORCHID, benchmarks */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x20, 0x02 }, 16 },		/* 6to4: any IPv4 within */
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80 }, 48 },	/* AS112 */
	{ { 0x3f, 0xff }, 20 },		/* documentation */
};

static bool
range_holds(const struct range *range, const uint8_t *address)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	return memcmp(range->net, address, whole) == 0 && (rest == 0 ||
	    (range->net[whole] ^ address[whole]) >> (8 - rest) == 0);
}

static bool
special_v4(const uint8_t address[4])
{
	size_t i;

	for (i = 0; i < nitems(special4); i++)
		if (range_holds(&special4[i], address))
			return true;
	return false;
}

static bool
special_v6(const uint8_t address[16])
{
	size_t i;

	if (!range_holds(&open6, address))
		return true;
	for (i = 0; i < nitems(special6); i++)
		if (range_holds(&special6[i], address))
			return true;
	return false;
}

bool
http_address_special(const char *address)
{
	uint8_t raw[16];

	if (inet_pton(AF_INET, address, raw) == 1)
		return special_v4(raw);
	if (inet_pton(AF_INET6, address, raw) == 1)
		return special_v6(raw);
	return true;
}

bool
http_sockaddr_special(const struct sockaddr *address, size_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, address, sizeof(v4));
		return special_v4((const uint8_t *)&v4.sin_addr);
	}
	if (address->sa_family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, address, sizeof(v6));
		return special_v6(v6.sin6_addr.s6_addr);
	}
	return true;
}

/* A host of letters, digits, dots and hyphens, or an address in brackets. */
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

/* Narrower than libcurl's reading of a URL, so that they cannot differ. */
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

/* A token as a name (RFC 9110 5.6.2), and no control character in a value. */
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

/* It becomes part of an SMTP line: no brackets, blanks or controls. */
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
