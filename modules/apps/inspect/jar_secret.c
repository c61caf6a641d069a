/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials by their form: a fixed beginning, an alphabet, a length.
 *
 * What refuses must not hit sound JARs: a run of few different characters is
 * a placeholder, documentation's own keys end in EXAMPLE, and the label of a
 * private key alone (parsers have it) is none.  Start reading at
 * jar_secret_scan(), at the bottom.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "libshared/base/str.h"
#include "modules/apps/inspect/jar_assign.h"

#define UPPER	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER	"abcdefghijklmnopqrstuvwxyz"
#define DIGIT	"0123456789"
#define BASE64	UPPER LOWER DIGIT "+/"
#define NO_MAX	4096u
#define LABEL_MAX	40u		/* of a PEM block */
#define PEM_MAX		16384u
#define KEY_MIN		40u		/* base64 characters of a key */

struct form {
	const char	*begin;
	const char	*alphabet;
	unsigned	 min, max;	/* length of what follows */
	unsigned	 different;	/* characters, at least */
	enum jar_secret	 kind;
};

static const struct form forms[] = {
	{ "AKIA", UPPER DIGIT, 16, 16, 6, JAR_SECRET_AWS_KEY_ID },
	{ "ASIA", UPPER DIGIT, 16, 16, 6, JAR_SECRET_AWS_KEY_ID },
	{ "AccountKey=", BASE64, 80, NO_MAX, 16, JAR_SECRET_AZURE_KEY },
	{ "SharedAccessKey=", BASE64, 40, NO_MAX, 12, JAR_SECRET_AZURE_KEY },
	{ "ghp_", UPPER LOWER DIGIT, 36, 255, 10, JAR_SECRET_GITHUB },
	{ "gho_", UPPER LOWER DIGIT, 36, 255, 10, JAR_SECRET_GITHUB },
	{ "ghu_", UPPER LOWER DIGIT, 36, 255, 10, JAR_SECRET_GITHUB },
	{ "ghs_", UPPER LOWER DIGIT, 36, 255, 10, JAR_SECRET_GITHUB },
	{ "ghr_", UPPER LOWER DIGIT, 36, 255, 10, JAR_SECRET_GITHUB },
	{ "github_pat_", UPPER LOWER DIGIT "_", 60, 255, 10,
	    JAR_SECRET_GITHUB },
	{ "glpat-", UPPER LOWER DIGIT "_-.", 20, 300, 8, JAR_SECRET_GITLAB },
	{ "xoxb-", UPPER LOWER DIGIT "-", 24, 255, 8, JAR_SECRET_SLACK },
	{ "xoxp-", UPPER LOWER DIGIT "-", 24, 255, 8, JAR_SECRET_SLACK },
	{ "xoxa-", UPPER LOWER DIGIT "-", 24, 255, 8, JAR_SECRET_SLACK },
	{ "xoxr-", UPPER LOWER DIGIT "-", 24, 255, 8, JAR_SECRET_SLACK },
	{ "xapp-", UPPER LOWER DIGIT "-", 24, 255, 8, JAR_SECRET_SLACK },
	{ "hooks.slack.com/services/T", UPPER LOWER DIGIT "/", 30, 100, 10,
	    JAR_SECRET_SLACK },
	{ "sk_live_", UPPER LOWER DIGIT, 16, 255, 8, JAR_SECRET_STRIPE },
	{ "rk_live_", UPPER LOWER DIGIT, 16, 255, 8, JAR_SECRET_STRIPE },
	{ "clr_", UPPER LOWER DIGIT "_-", 32, 255, 10, JAR_SECRET_CAMELEER },
	{ "eyJ", UPPER LOWER DIGIT "_-.", 60, NO_MAX, 16, JAR_SECRET_JWT },
};

static const struct { const char *about; bool refuses; } kinds[] = {
	[JAR_SECRET_PRIVATE_KEY] = { "private key", true },
	[JAR_SECRET_AWS_KEY_ID] = { "AWS access key id", true },
	[JAR_SECRET_AWS_KEY] = { "AWS secret access key", true },
	[JAR_SECRET_AZURE_KEY] = { "Azure access key", true },
	[JAR_SECRET_GITHUB] = { "GitHub token", true },
	[JAR_SECRET_GITLAB] = { "GitLab token", true },
	[JAR_SECRET_SLACK] = { "Slack token", true },
	[JAR_SECRET_STRIPE] = { "Stripe live key", true },
	[JAR_SECRET_CAMELEER] = { "Cameleer API token", true },
	[JAR_SECRET_ENCRYPTED_KEY] = { "encrypted private key", false },
	[JAR_SECRET_JWT] = { "JSON web token", false },
	[JAR_SECRET_PASSWORD] = { "literal password", false },
	[JAR_SECRET_URL_PASSWORD] = { "password in a URL", false },
	[JAR_SECRET_KEY_STORE] = { "key store", false },
};

static_assert(nitems(kinds) == JAR_SECRET__MAX, "a kind has no name");

bool
jar_secret_refuses(enum jar_secret kind)
{
	return kinds[kind].refuses;
}

const char *
jar_secret_about(enum jar_secret kind)
{
	return kinds[kind].about;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '_';
}

static bool
ends_with(struct str s, const char *end)
{
	size_t len = strlen(end);

	return s.len >= len && memcmp(s.p + s.len - len, end, len) == 0;
}

/* header.payload.signature, the first two of them JSON objects. */
static bool
is_jwt(struct str s)
{
	struct str rest = s, part;
	unsigned i;

	for (i = 0; i < 3; i++) {
		part = str_cut(&rest, '.');
		if (part.len < 16 || (i == 1 && !str_starts(part, "eyJ")))
			return false;
	}
	return rest.len == 0;
}

/*
 * What people write where a token belongs: words of one case and no digit
 * (your-bot-token-goes-here), or a word that no generator makes.
 */
static bool
is_example_token(struct str run)
{
	static const char *const words[] = { "EXAMPLE", "example", "your-",
	    "your_", "YOUR-", "YOUR_", "-here", "_here", "_HERE",
	    "placeholder", "PLACEHOLDER", "changeme", "CHANGEME", "replace",
	    "REPLACE", "redacted", "REDACTED", "xxxxx", "XXXXX" };
	bool upper = false, lower = false;
	size_t i;

	for (i = 0; i < nitems(words); i++)
		if (memmem(run.p, run.len, words[i], strlen(words[i])) != NULL)
			return true;
	for (i = 0; i < run.len; i++) {
		if (run.p[i] >= '0' && run.p[i] <= '9')
			return false;
		upper |= run.p[i] >= 'A' && run.p[i] <= 'Z';
		lower |= run.p[i] >= 'a' && run.p[i] <= 'z';
	}
	return !upper || !lower;
}

/* An id of AWS stands alone; in the midst of base64 it is chance. */
static bool
is_in_base64(struct str text, size_t end)
{
	return end < text.len && text.p[end] != '\0' &&
	    strchr(BASE64, text.p[end]) != NULL;
}

/* Length of the token at the beginning of text, or 0. */
static size_t
form_match(const struct form *form, struct str text)
{
	size_t skip = strlen(form->begin), n;
	struct str run;

	if (!str_starts(text, form->begin))
		return 0;
	for (n = skip; n < text.len && n - skip <= form->max; n++)
		if (text.p[n] == '\0' ||
		    strchr(form->alphabet, text.p[n]) == NULL)
			break;
	run = (struct str){ text.p + skip, n - skip };
	if (run.len < form->min || run.len > form->max ||
	    text_variety(run) < form->different || is_example_token(run))
		return 0;
	if (form->kind == JAR_SECRET_AWS_KEY_ID && is_in_base64(text, n))
		return 0;
	if (form->kind == JAR_SECRET_JWT &&
	    !is_jwt((struct str){ text.p, n }))
		return 0;
	return n;
}

/* Jumps over what stands between the lines of a key, also in a literal. */
static size_t
skip_breaks(struct str s, size_t i)
{
	while (i < s.len) {
		if (s.p[i] == '\\' && i + 1 < s.len &&
		    strchr("nrt\n\r", s.p[i + 1]) != NULL)
			i += 2;
		else if (strchr(" \t\r\n\"'+,|>", s.p[i]) != NULL &&
		    s.p[i] != '\0')
			i++;
		else
			break;
	}
	return i;
}

/* -----BEGIN … PRIVATE KEY----- and something that may be one. */
static bool
pem_match(struct str s, enum jar_secret *kind)
{
	static const char begin[] = "-----BEGIN ";
	size_t i = sizeof(begin) - 1, label = i, n = 0;
	struct str name;

	if (!str_starts(s, begin))
		return false;
	while (i < s.len && i - label < LABEL_MAX &&
	    ((s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == ' '))
		i++;
	name = (struct str){ s.p + label, i - label };
	if (!ends_with(name, "PRIVATE KEY") &&
	    !ends_with(name, "PRIVATE KEY BLOCK"))
		return false;
	if (!str_starts((struct str){ s.p + i, s.len - i }, "-----"))
		return false;
	*kind = str_starts(name, "ENCRYPTED ") ? JAR_SECRET_ENCRYPTED_KEY :
	    JAR_SECRET_PRIVATE_KEY;
	i = skip_breaks(s, i + 5);
	if (str_starts((struct str){ s.p + i, s.len - i }, "Proc-Type:")) {
		*kind = JAR_SECRET_ENCRYPTED_KEY;
		return true;
	}
	if (str_starts((struct str){ s.p + i, s.len - i }, "Version:"))
		return true;		/* PGP has headers, too */
	for (label = i; i < s.len && n < KEY_MIN; i = skip_breaks(s, i)) {
		if (s.p[i] == '\0' || strchr(BASE64 "=", s.p[i]) == NULL)
			return false;
		n++;
		i++;
	}
	return n == KEY_MIN &&
	    text_variety((struct str){ s.p + label, i - label }) > 12;
}

/* Up to the label that ends it, as far as one is likely. */
static size_t
pem_length(struct str s)
{
	static const char end[] = "-----END ";
	const char *p;

	if (s.len > PEM_MAX)
		s.len = PEM_MAX;
	p = memmem(s.p, s.len, end, sizeof(end) - 1);
	return p == NULL ? s.len : (size_t)(p - s.p);
}

/* Length of a credential at the beginning of s, or 0. */
static size_t
token_match(struct str s, enum jar_secret *kind)
{
	size_t i, n;

	if (s.p[0] == '-')
		return pem_match(s, kind) ? sizeof("-----BEGIN ") : 0;
	for (i = 0; i < nitems(forms); i++) {
		if (forms[i].begin[0] != s.p[0])
			continue;
		if ((n = form_match(&forms[i], s)) > 0) {
			*kind = forms[i].kind;
			return n;
		}
	}
	return 0;
}

/* Does the word before go on here?  What begins with A may be base64. */
static bool
is_joined(char before, char first)
{
	return is_word(before) ||
	    (first == 'A' && (before == '/' || before == '+'));
}

static void
begins_of(bool begins[256])
{
	size_t i;

	memset(begins, 0, 256 * sizeof(*begins));
	for (i = 0; i < nitems(forms); i++)
		begins[(unsigned char)forms[i].begin[0]] = true;
	begins['-'] = true;
}

void
jar_secret_scan(const char *text, size_t len, unsigned flags,
    jar_secret_fn found, void *arg)
{
	bool begins[256], binary = flags & JAR_SCAN_BINARY;
	uint32_t line = binary ? 0 : 1;
	enum jar_secret kind;
	struct str rest, value;
	size_t i, n;

	begins_of(begins);
	for (i = 0; i < len; i++) {
		rest = (struct str){ text + i, len - i };
		if ((flags & JAR_SCAN_CONFIG) &&
		    (i == 0 || text[i - 1] == '\n') &&
		    jar_assign_match(rest, &kind, &value))
			found(arg, kind, line, value);
		if (text[i] == '\n' && !binary)
			line++;
		if (!begins[(unsigned char)text[i]] ||
		    (i > 0 && !binary && is_joined(text[i - 1], text[i])))
			continue;
		if ((n = token_match(rest, &kind)) == 0)
			continue;
		rest.len = text[i] == '-' ? pem_length(rest) : n;
		found(arg, kind, line, rest);
		i += n - 1;
	}
}
