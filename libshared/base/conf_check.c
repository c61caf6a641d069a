/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the value of a setting must look like.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/network.h"

#define DIGITS		"0123456789"
#define LOWER		"abcdefghijklmnopqrstuvwxyz"
#define UPPER		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGEST_LEN	64	/* sha256 in hex */

static bool
chars_only(struct str s, const char *set)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL)
			return false;
	return s.len > 0;
}

static bool
conf_check_printable(struct str s)
{
	uint32_t point;
	size_t n;

	for (; s.len > 0; s.p += n, s.len -= n) {
		n = str_utf8_next(s, &point);
		if (n == 0 || point < 0x20 || (point >= 0x7f && point < 0xa0))
			return false;
	}
	return true;
}

static bool
conf_check_loopback(struct str host)
{
	return str_is(host, "localhost") || str_is(host, "[::1]") ||
	    (str_starts(host, "127.") && chars_only(host, DIGITS "."));
}

/*
 * host_len - returns the length of a host or [IPv6] at the beginning of s, or 0
 */
static size_t
host_len(struct str s)
{
	struct str host = { s.p, 0 };
	const char *end;

	if (!str_starts(s, "[")) {
		while (host.len < s.len && s.p[host.len] != ':')
			host.len++;
		return chars_only(host, LOWER UPPER DIGITS "-.") ? host.len : 0;
	}
	end = memchr(s.p, ']', s.len);
	if (end == NULL)
		return 0;
	host.p++;
	host.len = (size_t)(end - host.p);
	return chars_only(host, DIGITS "abcdefABCDEF:.") ? host.len + 2 : 0;
}

/* url_check - accepts scheme://host[:port] and nothing after it */
static const char *
url_check(struct str s, const char *scheme, bool only_loopback)
{
	static const char form[] = "must be a URL scheme://host[:port] without "
	    "a path, with a scheme that this setting accepts";
	struct str host;
	int64_t port;

	if (!str_starts(s, scheme))
		return form;
	s.p += strlen(scheme);
	s.len -= strlen(scheme);
	host.p = s.p;
	host.len = host_len(s);
	if (host.len == 0)
		return form;
	s.p += host.len;
	s.len -= host.len;
	if (s.len > 0 && s.p[0] != ':')
		return form;
	if (s.len > 0 && !str_int((struct str){ s.p + 1, s.len - 1 }, 1, 65535,
	    &port))
		return "has no valid port";
	if (only_loopback && !conf_check_loopback(host))
		return "must be https, since it is not on loopback";
	return NULL;
}

static const char *
web_url_check(struct str s, bool inside)
{
	if (str_starts(s, "http://"))
		return url_check(s, "http://", !inside);
	return url_check(s, "https://", false);
}

static const char *
mail_url_check(struct str s)
{
	if (str_starts(s, "smtps://"))
		return url_check(s, "smtps://", false);
	return url_check(s, "smtp://", false);
}

static const char *
path_check(struct str s)
{
	struct str part;

	if (!str_starts(s, "/"))
		return "must be an absolute path";
	while (s.len > 0) {
		part = str_cut(&s, '/');
		if (str_is(part, ".."))
			return "must not hold '..'";
	}
	return NULL;
}

/*
 * git_url_check - a web URL with a path, ssh://user@host[:port]/path, or
 * file:///path.  An account in a web URL would come into logs with its password.
 */
static const char *
git_url_check(struct str s)
{
	static const char form[] = "must be https://host[:port]/path, "
	    "ssh://user@host[:port]/path or file:///path";
	size_t scheme = str_starts(s, "https://") ? 8 :
	    str_starts(s, "http://") ? 7 : str_starts(s, "ssh://") ? 6 : 0;
	struct str rest = { s.p + scheme, s.len - scheme }, host, user;

	if (str_starts(s, "file:///"))
		return path_check((struct str){ s.p + 7, s.len - 7 });
	host = str_cut(&rest, '/');
	if (scheme == 0 || rest.len == 0 ||
	    !chars_only(rest, LOWER UPPER DIGITS "/-_.~+"))
		return form;
	if (scheme != 6)
		return web_url_check((struct str){ s.p, scheme + host.len },
		    false);
	user = str_cut(&host, '@');
	if (!chars_only(user, LOWER UPPER DIGITS "-_."))
		return form;
	return url_check(host, "", false) == NULL ? NULL : form;
}

/* image_check - accepts repository/name@sha256:hex */
static const char *
image_check(struct str s)
{
	static const char form[] = "must be NAME@sha256:DIGEST, since a tag "
	    "may change";
	struct str name = str_cut(&s, '@');

	if (!chars_only(name, LOWER DIGITS "/-_.") || !str_starts(s, "sha256:"))
		return form;
	s.p += sizeof("sha256:") - 1;
	s.len -= sizeof("sha256:") - 1;
	return s.len == DIGEST_LEN && chars_only(s, DIGITS "abcdef") ?
	    NULL : form;
}

static const char *
int_check(const struct setting *setting, struct str s)
{
	int64_t number;

	if (!str_int(s, INT64_MIN, INT64_MAX, &number))
		return "must be a whole number";
	return number < setting->min || number > setting->max ?
	    "is out of range" : NULL;
}

static const char *
level_check(struct str s)
{
	int level;

	for (level = 0; level < LOG__MAX; level++)
		if (str_is(s, log_level_name((enum log_level)level)))
			return NULL;
	return "must be error, warn, info or debug";
}

static const char *
networks_check(struct str s)
{
	struct networks parsed;

	return networks_parse(s, &parsed) ? NULL : "must be networks such as "
	    "10.1.0.0/16, fd00:7::/64, with no bit set behind the prefix, and "
	    "32 at most";
}

static const char *
sslmode_check(struct str s)
{
	return str_is(s, "disable") || str_is(s, "require") ||
	    str_is(s, "verify-ca") || str_is(s, "verify-full") ? NULL :
	    "must be disable, require, verify-ca or verify-full";
}

static const char *
kind_check(const struct setting *setting, struct str s)
{
	switch (setting->kind) {
	case SETTING_URL:
		return web_url_check(s, false);
	case SETTING_PEER_URL:
		return web_url_check(s, true);
	case SETTING_MAIL_URL:
		return mail_url_check(s);
	case SETTING_GIT_URL:
		return git_url_check(s);
	case SETTING_PATH:
		return path_check(s);
	case SETTING_IMAGE:
		return image_check(s);
	case SETTING_NETWORKS:
		return networks_check(s);
	case SETTING_SSLMODE:
		return sslmode_check(s);
	default:
		return NULL;
	}
}

const char *
conf_check(const struct setting *setting, struct str value)
{
	if (setting->kind == SETTING_INT)
		return int_check(setting, value);
	if (setting->kind == SETTING_LEVEL)
		return level_check(value);
	if (value.len < (size_t)setting->min)
		return "must not be empty";
	if (value.len > (size_t)setting->max)
		return "is too long";
	if (!conf_check_printable(value))
		return "holds a control character or malformed UTF-8";
	return value.len == 0 ? NULL : kind_check(setting, value);
}
