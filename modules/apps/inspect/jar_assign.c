/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of properties, YAML, env and JSON files that give a secret literally.
 *
 * A placeholder (${…}, {{…}}, ENC(…)) is what we want people to write.
 */
#include "config.h"

#include <string.h>

#include "modules/apps/inspect/jar_assign.h"

#define KEY_MAX		128u
#define AWS_KEY_LEN	40u

unsigned
text_variety(struct str s)
{
	bool seen[256] = { false };
	unsigned n = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		n += !seen[(unsigned char)s.p[i]];
		seen[(unsigned char)s.p[i]] = true;
	}
	return n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '"' || c == '\'' ||
	    c == ',';
}

static struct str
jar_assign_strip(struct str s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Lower case, letters and digits only: secret-key, secretKey, SECRET_KEY. */
static size_t
plain_key(struct str key, char plain[KEY_MAX])
{
	size_t i, n = 0;
	char c;

	for (i = 0; i < key.len && n < KEY_MAX - 1; i++) {
		c = key.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			plain[n++] = c;
	}
	plain[n] = '\0';
	return n;
}

static bool
names_secret(const char *plain, size_t len)
{
	static const char *const ends[] = { "password", "passwd",
	    "passphrase", "secret", "secretkey", "secretaccesskey", "apikey",
	    "accesstoken", "authtoken" };
	size_t i, n;

	for (i = 0; i < nitems(ends); i++) {
		n = strlen(ends[i]);
		if (len >= n && memcmp(plain + len - n, ends[i], n) == 0)
			return true;
	}
	return false;
}

/*
 * The value stands elsewhere (${NAME}, {{name}}, an encrypted one), is a word
 * of a file's own language, or has too few different characters.
 */
static bool
holds_no_secret(struct str value)
{
	static const char *const begins[] = { "${", "#{", "{", "[", "ENC(",
	    "$(", "<", "@", "%", "*", "RAW(", "|", ">", "&", "!" };
	static const char *const words[] = { "true", "false", "null", "none",
	    "changeit", "changeme" };
	size_t i;

	for (i = 0; i < nitems(begins); i++)
		if (str_starts(value, begins[i]))
			return true;
	for (i = 0; i < nitems(words); i++)
		if (str_is(value, words[i]))
			return true;
	return value.p == NULL || value.len < 3 ||
	    text_variety(value) < 3 ||
	    memmem(value.p, value.len, "${", 2) != NULL ||
	    memmem(value.p, value.len, "{{", 2) != NULL;
}

/* 40 characters of base64 with both cases and a digit, said to be AWS'. */
static bool
is_aws_key(const char *plain, struct str value)
{
	bool upper = false, lower = false, digit = false;
	size_t i;
	char c;

	if (value.len != AWS_KEY_LEN || strstr(plain, "secret") == NULL ||
	    (strstr(plain, "aws") == NULL && strstr(plain, "access") == NULL))
		return false;
	for (i = 0; i < value.len; i++) {
		c = value.p[i];
		if (c >= 'A' && c <= 'Z')
			upper = true;
		else if (c >= 'a' && c <= 'z')
			lower = true;
		else if (c >= '0' && c <= '9')
			digit = true;
		else if (c != '+' && c != '/')
			return false;
	}
	return upper && lower && digit && memmem(value.p, value.len,
	    "EXAMPLE", sizeof("EXAMPLE") - 1) == NULL;
}

/* scheme://user:password@host */
static bool
is_url_password(struct str value)
{
	const char *p = memmem(value.p, value.len, "://", 3);
	const char *end = value.p + value.len, *at, *colon, *stop;

	if (p == NULL)
		return false;
	p += 3;
	for (stop = p; stop < end && strchr("/?# ", *stop) == NULL; stop++)
		continue;
	at = memrchr(p, '@', (size_t)(stop - p));
	if (at == NULL)
		return false;
	colon = memchr(p, ':', (size_t)(at - p));
	return colon != NULL && at - colon > 1;
}

bool
jar_assign_match(struct str text, enum jar_secret *kind, struct str *secret)
{
	const char *end = memchr(text.p, '\n', text.len);
	struct str line = text, key, value;
	char plain[KEY_MAX];
	size_t i, len;

	if (end != NULL)
		line.len = (size_t)(end - text.p);
	line = jar_assign_strip(line);
	if (line.len == 0 || line.p[0] == '#' || line.p[0] == '!')
		return false;
	for (i = 0; i < line.len; i++)
		if (line.p[i] == '=' || line.p[i] == ':')
			break;
	if (i == line.len)
		return false;
	key = jar_assign_strip((struct str){ line.p, i });
	value = jar_assign_strip((struct str){ line.p + i + 1, line.len - i -
	    1 });
	len = plain_key(key, plain);
	if (holds_no_secret(value))
		return false;
	if (is_aws_key(plain, value))
		*kind = JAR_SECRET_AWS_KEY;
	else if (names_secret(plain, len))
		*kind = JAR_SECRET_PASSWORD;
	else if (is_url_password(value))
		*kind = JAR_SECRET_URL_PASSWORD;
	else
		return false;
	*secret = value;
	return true;
}
