/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl login: signs this machine in to a platform (RFC 8628).
 *
 * It shows a code, which a person approves in a browser, and stores the tokens
 * in ~/.config/cameleer/session.json, readable only by its owner.  It needs no
 * settings: it runs on every machine.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/session_file.h"

#define CALL_MS		15000
#define WAIT_MAX_S	1800	/* time for the person, at most */
#define INTERVAL_MIN_S	1
#define INTERVAL_MAX_S	60
#define SLOWER_S	5	/* RFC 8628 3.5 */
#define NAME_MAX_LEN	60

struct device {
	const char	*code, *shown, *page, *page_complete;
	int64_t		 expires_in, interval;
};

/* base_of - accepts https without a path; drops a slash at the end */
static enum err
base_of(struct ctx *ctx, const char *url, const char **base)
{
	static const char https[] = "https://";
	size_t len = strlen(url);

	if (len > 0 && url[len - 1] == '/')
		len--;
	if (len < sizeof(https) || len > 250 ||
	    strncmp(url, https, sizeof(https) - 1) != 0 ||
	    memchr(url + sizeof(https) - 1, '/', len - sizeof(https) + 1) !=
	    NULL)
		return fail(ctx, ERR_BAD_INPUT, "bad_url",
		    "%s: give it as https://HOST or https://HOST:PORT", url);
	*base = text_printf(ctx->mem, "%.*s", (int)len, url);
	return *base == NULL ? ERR_TOO_LARGE : ERR_OK;
}

/* ca_lacking - says how a CA is named, when its certificate was not given */
static enum err
ca_lacking(struct ctl *ctl, enum err e)
{
	const char *why = ctl->ctx->fault.detail;
	const char *code = ctl->ctx->fault.code;

	if (ctl->options[OPTION_CA] != NULL || why == NULL ||
	    strstr(why, "issuer certificate") == NULL)
		return e;
	fail_clear(ctl->ctx);
	return fail(ctl->ctx, e, code, "%s: if the platform has a CA of its "
	    "own, name its certificate with --ca FILE", why);
}

/* platform_call - sends a POST; *answer is its JSON, whatever the status */
static enum err
platform_call(struct ctl *ctl, const char *url, struct json *body,
    struct http_response *response, struct json **answer)
{
	static const struct http_header headers[] = {
		{ "Content-Type", "application/json" },
		{ "User-Agent", "cameleerctl/" PACKAGE_VERSION },
		{ NULL, NULL },
	};
	struct http_request request = { HTTP_DEFAULTS, .method = "POST",
	    .url = url, .headers = headers, .policy = HTTP_CONFIGURED,
	    .ca_file = ctl->options[OPTION_CA], .timeout_ms = CALL_MS };
	enum err e;

	if ((e = json_print(ctl->ctx, body, &request.body,
	    &request.body_len)) != ERR_OK)
		return e;
	if ((e = http_call(ctl->ctx, &request, response)) != ERR_OK)
		return ca_lacking(ctl, e);
	return json_parse(ctl->ctx, response->body, response->body_len,
	    answer);
}

/*
 * login_shown - returns a text of the answer that is safe for a terminal, or
 * NULL
 */
static const char *
login_shown(struct ctx *ctx, const struct json *answer, const char *name)
{
	static const struct field rule = FIELD_TEXT(struct device, shown, 1,
	    500, CHARSET_TEXT);
	const char *text = json_member(answer, name);

	return text == NULL || field_check_text(ctx, &rule, text,
	    strlen(text)) != NULL ? NULL : text;
}

static enum err
login_refused(struct ctx *ctx, const struct json *answer, int status)
{
	const char *detail = login_shown(ctx, answer, "detail");

	return fail(ctx, ERR_PEER, "refused", "the platform says %d: %s",
	    status, detail == NULL ? "no reason" : detail);
}

/* client_name - the name of this machine, which the approving person sees */
static const char *
client_name(struct ctx *ctx)
{
	char host[HOST_NAME_MAX + 1] = "";
	const char *name;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	name = text_printf(ctx->mem, "cameleerctl on %.*s", NAME_MAX_LEN -
	    (int)sizeof("cameleerctl on "), host[0] == '\0' ? "a machine" :
	    host);
	return name == NULL ? "cameleerctl" : name;
}

static enum err
login_start(struct ctl *ctl, const char *base, struct device *device)
{
	struct json *body = json_object(ctl->ctx), *answer;
	struct ctx *ctx = ctl->ctx;
	struct http_response response;
	enum err e;

	json_put_text(body, "client_name", client_name(ctx));
	if ((e = platform_call(ctl, text_printf(ctx->mem, "%s/api/auth/device",
	    base),
	    body, &response, &answer)) != ERR_OK)
		return e;
	if (response.status != 200)
		return login_refused(ctx, answer, response.status);
	device->code = login_shown(ctx, answer, "device_code");
	device->shown = login_shown(ctx, answer, "user_code");
	device->page = login_shown(ctx, answer, "verification_uri");
	device->page_complete = login_shown(ctx, answer,
	    "verification_uri_complete");
	if (device->code == NULL || device->shown == NULL ||
	    device->page == NULL || device->page_complete == NULL ||
	    !json_int(json_get(answer, "expires_in"), &device->expires_in) ||
	    !json_int(json_get(answer, "interval"), &device->interval))
		return fail(ctx, ERR_PEER, "odd_answer",
		    "%s gives no codes: is it a platform of Cameleer?", base);
	if (device->interval < INTERVAL_MIN_S)
		device->interval = INTERVAL_MIN_S;
	return ERR_OK;
}

/*
 * poll_again - true: keep waiting; the interval grows when the answer asks for
 * it
 */
static bool
poll_again(struct ctx *ctx, enum err e, const struct json *answer,
    struct device *device)
{
	const char *code = e == ERR_OK ? json_member(answer, "code") : NULL;

	if (code != NULL && strcmp(code, "authorization_pending") == 0)
		return true;
	if ((e != ERR_PEER && e != ERR_TIMEOUT) && (code == NULL ||
	    (strcmp(code, "slow_down") != 0 &&
	    strcmp(code, "too_many_requests") != 0 &&
	    strcmp(code, "unavailable") != 0 &&
	    strcmp(code, "bad_gateway") != 0)))
		return false;
	if (e != ERR_OK)
		fail_clear(ctx);
	device->interval += SLOWER_S;
	return true;
}

/* wait_for - polls until somebody has decided */
static enum err
wait_for(struct ctl *ctl, const char *base, struct device *device,
    struct json **answer)
{
	const char *url = text_printf(ctl->ctx->mem,
	    "%s/api/auth/device/token", base);
	struct json *body = json_object(ctl->ctx);
	int64_t end = clock_s() + (device->expires_in < WAIT_MAX_S ?
	    device->expires_in : WAIT_MAX_S);
	struct http_response response;
	enum err e;

	json_put_text(body, "device_code", device->code);
	do {
		if (device->interval > INTERVAL_MAX_S)
			device->interval = INTERVAL_MAX_S;
		(void)sleep((unsigned)device->interval);
		response.status = 0;
		e = platform_call(ctl, url, body, &response, answer);
		if (e == ERR_OK && response.status == 200)
			return ERR_OK;
		if (!poll_again(ctl->ctx, e, *answer, device))
			return e != ERR_OK ? e :
			    login_refused(ctl->ctx, *answer, response.status);
	} while (clock_s() < end);
	return fail(ctl->ctx, ERR_TIMEOUT, "nobody_came",
	    "nobody has approved the code in time");
}

static int
login_run(struct ctl *ctl)
{
	struct device device = { .code = NULL };
	struct json *answer = NULL;
	const char *base = NULL, *path = NULL;

	if (base_of(ctl->ctx, ctl->args[0], &base) != ERR_OK ||
	    login_start(ctl, base, &device) != ERR_OK)
		return ctl_bad(ctl);
	(void)fprintf(stderr, "Open %s in a browser and enter %s, or follow "
	    "%s\n", device.page, device.shown, device.page_complete);
	if (wait_for(ctl, base, &device, &answer) != ERR_OK ||
	    session_store(ctl->ctx, base, answer, &path) != ERR_OK)
		return ctl_bad(ctl);
	(void)printf("signed in to %s; the tokens are in %s\n", base, path);
	return CTL_GOOD;
}

const struct command login_commands[] = {
	{ "login", "URL", 1u << OPTION_CA, 0, 0, login_run,
	    "Signs this machine in to a platform, by a code that you approve "
	    "in a browser." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
