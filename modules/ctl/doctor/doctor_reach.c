/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of doctor: how the platform is reached, and what it gives to others:
 * public address, certificates, mail, agent.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/key.h"
#include "libshared/proto/smtp.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/doctor/doctor.h"
#include "modules/ctl/keys.h"

#include "modules/ctl/doctor/doctor.sql.h"

#define MAIL_MS		5000
#define CA_MAX		((size_t)1 << 20)	/* all of Debian's: 220 KiB */
#define KEYS_PATH	"/.well-known/jwks.json"
#define ZIP_MAGIC	"PK\003\004"

struct stuck { int64_t n; const char *error; };

static const struct field stuck_view[] = {
	VIEW_INT(struct stuck, n),
	VIEW_TEXT_OPT(struct stuck, error),
	FIELD_END
};

struct looked { const char *error; bool never; };

static const struct field looked_view[] = {
	VIEW_TEXT(struct looked, error),
	VIEW_BOOL(struct looked, never),
	FIELD_END
};

/* reach_file - checks that a setting names a file that can be read */
static bool
reach_file(struct ctl *ctl, const char *setting, size_t max, struct str *text)
{
	const char *path = conf_value(process.conf, setting), *why;

	if (ctl_read_file(ctl->ctx, ctl->ctx->mem, path, max, text) == ERR_OK)
		return true;
	why = ctl->ctx->fault.detail;
	fail_clear(ctl->ctx);
	return doctor_peers_bad(ctl, setting, why,
	    "put the file there, or set it right");
}

/* reach_ca - checks that a setting, when set, names a file of certificates */
static bool
reach_ca(struct ctl *ctl, const char *setting)
{
	struct str text;

	if (conf_value(process.conf, setting)[0] == '\0')
		return true;
	if (!reach_file(ctl, setting, CA_MAX, &text))
		return false;
	if (memmem(text.p, text.len, "-----BEGIN CERTIFICATE-----", 27) != NULL)
		return true;
	return doctor_peers_bad(ctl, setting, text_printf(ctl->ctx->mem,
	    "%s holds no certificate", conf_value(process.conf, setting)),
	    "put the CA's certificate there, in PEM");
}

/* reach_distrusted - was the peer there, but its certificate refused? */
static bool
reach_distrusted(const struct ctl *ctl)
{
	const char *why = ctl->ctx->fault.detail;

	return why != NULL && (strstr(why, "certificate") != NULL ||
	    strstr(why, "SSL") != NULL);
}

/* reach_refuse - reports what http_call() said, with this advice */
static bool
reach_refuse(struct ctl *ctl, const char *what, const char *advice)
{
	const char *why = ctl->ctx->fault.detail;

	fail_clear(ctl->ctx);
	return doctor_peers_bad(ctl, what, why == NULL ? "no answer" : why,
	    advice);
}

static const char *
reach_url(struct ctl *ctl, const char *setting)
{
	return text_printf(ctl->ctx->mem, "%s%s", conf_value(process.conf,
	    setting), KEYS_PATH);
}

/* Containers trust the platform by ca_file and reach it at internal_url. */
bool
check_ca_files(struct ctl *ctl)
{
	const char *url = conf_value(process.conf, "internal_url");
	const char *ca = conf_value(process.conf, "ca_file");
	const struct peer_question question = { reach_url(ctl,
	    "internal_url"), NULL, NULL, ca[0] == '\0' ? NULL : ca };
	struct http_response response;

	if (!reach_ca(ctl, "ca_file") || !reach_ca(ctl, "smtp_ca"))
		return false;
	if (url[0] == '\0')
		return doctor_peers_bad(ctl, "internal_url", "is not set",
		    "set it to the address of nginx that containers reach");
	if (!doctor_peers_ask(ctl, &question, &response)) {
		if (reach_distrusted(ctl))
			return reach_refuse(ctl, "ca_file", text_printf(
			    ctl->ctx->mem, "put the CA of the certificate at "
			    "%s there, or renew that certificate", url));
		return reach_refuse(ctl, "internal_url", "start nginx, or set "
		    "it to the address that containers reach");
	}
	return response.status == 200 || doctor_peers_bad(ctl, "internal_url",
	    text_printf(ctl->ctx->mem, "%s answers %d", url,
	    response.status), "set it to the address that containers reach");
}

/* reach_kid - does the answer hold the key with which auth signs now? */
static bool
reach_kid(struct ctl *ctl, const struct http_response *response)
{
	const struct key_row like = {
	    .purpose = key_purpose_name(KEY_ACCESS), .holder = "auth" };
	const char *kid = NULL;
	const struct json *keys;
	struct json *set;
	size_t i;

	if (ctl->ctx->db == NULL)
		return true;	/* check_database() has reported it */
	if (key_row_newest(ctl->ctx, &like, "active", &kid) != ERR_OK ||
	    kid == NULL || json_parse(ctl->ctx, response->body,
	    response->body_len, &set) != ERR_OK) {
		fail_clear(ctl->ctx);
		return kid == NULL;
	}
	keys = json_get(set, "keys");
	for (i = 0; keys != NULL && i < json_count(keys); i++)
		if (json_member_is(json_at(keys, i), "kid", kid))
			return true;
	return false;
}

/*
 * reach_public - asks base_url for the platform's keys, trusting the system's
 * authorities or ca_file, whichever vouches for it
 */
static bool
reach_public(struct ctl *ctl, struct http_response *response)
{
	const char *ca = conf_value(process.conf, "ca_file");
	struct peer_question question = { reach_url(ctl, "base_url"), NULL,
	    NULL, NULL };

	if (doctor_peers_ask(ctl, &question, response))
		return true;
	if (ca[0] == '\0' || !reach_distrusted(ctl))
		return false;
	question.ca_file = ca;
	return doctor_peers_ask(ctl, &question, response);
}

bool
check_base_url(struct ctl *ctl)
{
	static const char advice[] = "start nginx, or set base_url to the "
	    "address at which browsers reach it";
	const char *url = process.conf->base_url;
	struct http_response response;

	if (!reach_public(ctl, &response)) {
		if (!reach_distrusted(ctl))
			return reach_refuse(ctl, url, advice);
		return reach_refuse(ctl, url, "renew nginx's certificate, or "
		    "set base_url to a name that it holds");
	}
	if (response.status != 200)
		return doctor_peers_bad(ctl, url, text_printf(ctl->ctx->mem,
		    "answers %d", response.status), advice);
	return reach_kid(ctl, &response) || doctor_peers_bad(ctl, url,
	    "another platform answers there", advice);
}

/* reach_mails - do mails wait that the server did not take? */
static bool
reach_mails(struct ctl *ctl)
{
	struct stuck stuck;

	if (ctl->ctx->db == NULL)
		return true;	/* check_database() has reported it */
	if (sql_one(ctl->ctx, &SQL_MAIL_STUCK, stuck_view, &stuck) != ERR_OK)
		return false;
	return stuck.n == 0 || doctor_peers_bad(ctl, text_printf(
	    ctl->ctx->mem, "%" PRId64 " mails wait", stuck.n),
	    stuck.error == NULL ? "none is sent" : stuck.error,
	    "look at smtp_user, the worker's credential smtp.pass, "
	    "mail_from, and the log of the mail server");
}

/*
 * The worker looks at the repository with its own credentials, each minute and
 * after its start; here is what it found.
 */
bool
check_gitops(struct ctl *ctl)
{
	const char *url = conf_value(process.conf, "git_url");
	struct looked looked;
	bool found;

	if (url[0] == '\0' || ctl->ctx->db == NULL)
		return true;	/* check_database() has reported the latter */
	if (sql_opt(ctl->ctx, &SQL_GITOPS_ERROR, looked_view, &looked,
	    &found) != ERR_OK)
		return false;
	if (!found || looked.never)
		return doctor_peers_bad(ctl, url, "nobody has looked at it "
		    "yet", "start cameleer-worker");
	if (looked.error[0] == '\0')
		return true;
	(void)fail(ctl->ctx, ERR_CONFLICT, "doctor", "%s: %s", url,
	    looked.error);
	return false;
}

bool
check_mail(struct ctl *ctl)
{
	const char *ca = conf_value(process.conf, "smtp_ca");
	const struct mail mail = {
		.url = conf_value(process.conf, "smtp_url"),
		.ca_file = ca[0] == '\0' ? NULL : ca, .timeout_ms = MAIL_MS };

	if (mail.url[0] == '\0')
		return doctor_peers_bad(ctl, "smtp_url", "is not set",
		    "set it: nobody can register or reset a password");
	if (!http_mailbox_sound(conf_value(process.conf, "mail_from")))
		return doctor_peers_bad(ctl, "mail_from",
		    "is not a mail address", "set it to the sender of mails");
	if (http_mail_greet(ctl->ctx, &mail) == ERR_OK)
		return reach_mails(ctl);
	if (reach_distrusted(ctl))
		return reach_refuse(ctl, mail.url, "set smtp_ca to the CA of "
		    "its certificate");
	return reach_refuse(ctl, mail.url, "start the mail server, or set "
	    "smtp_url right");
}

/* The agent is a JAR, and a JAR begins as every ZIP file does. */
bool
check_agent(struct ctl *ctl)
{
	const char *path = conf_value(process.conf, "agent_jar");
	char magic[sizeof(ZIP_MAGIC) - 1] = "";
	int fd, why;
	ssize_t n;

	if (path[0] == '\0')
		return doctor_peers_bad(ctl, "agent_jar", "is not set",
		    "set it to the agent's JAR: releases cannot be made");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	n = fd == -1 ? -1 : read(fd, magic, sizeof(magic));
	why = errno;
	if (fd != -1)
		(void)close(fd);
	if (n == -1)
		return doctor_peers_bad(ctl, "agent_jar", text_printf(
		    ctl->ctx->mem, "%s: %s", path, strerror(why)),
		    "put the agent's JAR there, or set agent_jar right");
	return (n == (ssize_t)sizeof(magic) && memcmp(magic, ZIP_MAGIC,
	    sizeof(magic)) == 0) || doctor_peers_bad(ctl, "agent_jar",
	    text_printf(ctl->ctx->mem, "%s is not a JAR", path),
	    "put the agent's JAR there, or set agent_jar right");
}
