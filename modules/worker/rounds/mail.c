/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends queued mails by SMTP (RFC 5321, 5322).
 *
 * Texts come from templates/mail/.  A value with CR or LF is refused, so no
 * value can add a header line.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/smtp.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/rounds.sql.h"
#include "templates/mail/agent_token.txt.h"
#include "templates/mail/email_new.txt.h"
#include "templates/mail/email_old.txt.h"
#include "templates/mail/invitation.txt.h"
#include "templates/mail/isolation_open.txt.h"
#include "templates/mail/license_changed.txt.h"
#include "templates/mail/member_removed.txt.h"
#include "templates/mail/notice.txt.h"
#include "templates/mail/operation_failed.txt.h"
#include "templates/mail/operator.txt.h"
#include "templates/mail/plan_changed.txt.h"
#include "templates/mail/reset.txt.h"
#include "templates/mail/role_changed.txt.h"
#include "templates/mail/tenant_approved.txt.h"
#include "templates/mail/tenant_kept.txt.h"
#include "templates/mail/tenant_leaving.txt.h"
#include "templates/mail/tenant_leaving_soon.txt.h"
#include "templates/mail/tenant_refused.txt.h"
#include "templates/mail/tenant_removed.txt.h"
#include "templates/mail/tenant_shortened.txt.h"
#include "templates/mail/tenant_trouble.txt.h"
#include "templates/mail/verify.txt.h"

#define ATTEMPTS_MAX	12
#define CLAIM_S		60	/* after this another worker may send it */
#define MAIL_MAX	16384

struct mail_conf { const char *smtp_url, *smtp_user, *smtp_ca, *mail_from; };

static const struct setting mail_settings[] = {
	SETTING(mail_conf, smtp_url, MAIL_URL, "", 0, 255,
	    "Mail server that takes our mail."),
	SETTING(mail_conf, smtp_user, TEXT, "", 0, 255,
	    "Account there; its password is the credential smtp.pass."),
	SETTING(mail_conf, smtp_ca, PATH, "", 0, 255,
	    "CA certificates (PEM) for the mail server."),
	SETTING(mail_conf, mail_from, TEXT, "", 0, 254,
	    "Sender of our mail."),
	SETTINGS_END
};

static const struct mail_conf *
mail_conf(void)
{
	return conf_part(process.conf, mail_settings,
	    sizeof(struct mail_conf));
}

struct queued {
	struct uuid	 id;
	const char	*address, *template, *data;
	int64_t		 attempts;
};

static const struct field queued_view[] = {
	VIEW_UUID(struct queued, id),
	VIEW_TEXT(struct queued, address),
	VIEW_TEXT(struct queued, template),
	VIEW_TEXT(struct queued, data),
	VIEW_INT(struct queued, attempts),
	FIELD_END
};

/* The first line of a template is its subject. */
static const struct { const char *name, *text; } templates[] = {
	{ "verify", template_mail_verify_txt },
	{ "reset", template_mail_reset_txt },
	{ "notice", template_mail_notice_txt },
	{ "operator", template_mail_operator_txt },
	{ "invitation", template_mail_invitation_txt },
	{ "email_old", template_mail_email_old_txt },
	{ "email_new", template_mail_email_new_txt },
	{ "role_changed", template_mail_role_changed_txt },
	{ "member_removed", template_mail_member_removed_txt },
	{ "tenant_approved", template_mail_tenant_approved_txt },
	{ "tenant_refused", template_mail_tenant_refused_txt },
	{ "tenant_leaving", template_mail_tenant_leaving_txt },
	{ "tenant_leaving_soon", template_mail_tenant_leaving_soon_txt },
	{ "tenant_removed", template_mail_tenant_removed_txt },
	{ "tenant_kept", template_mail_tenant_kept_txt },
	{ "tenant_shortened", template_mail_tenant_shortened_txt },
	{ "plan_changed", template_mail_plan_changed_txt },
	{ "agent_token", template_mail_agent_token_txt },
	{ "license_changed", template_mail_license_changed_txt },
	{ "tenant_trouble", template_mail_tenant_trouble_txt },
	{ "operation_failed", template_mail_operation_failed_txt },
	{ "isolation_open", template_mail_isolation_open_txt },
};

static const char *
template_of(const char *name)
{
	size_t i;

	for (i = 0; i < nitems(templates); i++)
		if (strcmp(templates[i].name, name) == 0)
			return templates[i].text;
	return NULL;
}

/* put_value - replaces {{name}} by its value; refuses line breaks */
static bool
put_value(struct buf *out, const struct json *data, struct str name)
{
	char key[32];
	const char *value;

	if (name.len == 0 || name.len >= sizeof(key))
		return false;
	memcpy(key, name.p, name.len);
	key[name.len] = '\0';
	if ((value = json_member(data, key)) == NULL ||
	    strpbrk(value, "\r\n") != NULL)
		return false;
	buf_text(out, value);
	return true;
}

/*
 * put_template - writes the text with CRLF line ends and its values filled in
 */
static bool
put_template(struct buf *out, const struct json *data, const char *text)
{
	const char *end;

	for (; *text != '\0'; text++) {
		if (*text == '\n')
			buf_text(out, "\r\n");
		else if (strncmp(text, "{{", 2) == 0) {
			if ((end = strstr(text, "}}")) == NULL ||
			    !put_value(out, data, (struct str){ text + 2,
			    (size_t)(end - text - 2) }))
				return false;
			text = end + 1;
		} else
			buf_put(out, text, 1);
	}
	return true;
}

/* mail_compose - writes headers and body (RFC 5322) */
static enum err
mail_compose(struct ctx *ctx, const struct queued *queued, struct buf *out)
{
	const char *text = template_of(queued->template);
	time_t now = time(NULL);
	struct json *data;
	struct tm utc;
	char date[40];
	enum err e;

	if ((e = json_parse(ctx, queued->data, strlen(queued->data),
	    &data)) != ERR_OK)
		return e;
	if (text == NULL || strpbrk(queued->address, "\r\n<>") != NULL ||
	    gmtime_r(&now, &utc) == NULL || strftime(date, sizeof(date),
	    "%a, %d %b %Y %H:%M:%S +0000", &utc) == 0)
		return fail(ctx, ERR_INVALID, "mail_not_possible",
		    "mail %s has no template or a bad address",
		    queued->id.text);
	buf_init(out, ctx->secrets, MAIL_MAX);
	buf_printf(out, "Date: %s\r\nFrom: Cameleer <%s>\r\nTo: <%s>\r\n"
	    "Message-ID: <%s@cameleer>\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n"
	    "Auto-Submitted: auto-generated\r\nSubject: ", date,
	    mail_conf()->mail_from, queued->address, queued->id.text);
	if (!put_template(out, data, text) || out->full)
		return fail(ctx, ERR_INVALID, "mail_not_possible",
		    "mail %s cannot be written", queued->id.text);
	return ERR_OK;
}

static enum err
mail_transmit(struct ctx *ctx, const struct queued *queued)
{
	const struct mail_conf *conf = mail_conf();
	struct mail mail = { .url = conf->smtp_url, .ca_file = conf->smtp_ca,
	    .from = conf->mail_from, .to = queued->address };
	struct buf text;
	enum err e;

	if (conf->smtp_url[0] == '\0')
		return fail(ctx, ERR_UNAVAILABLE, "no_mail_server",
		    "smtp_url is not set");
	if ((e = mail_compose(ctx, queued, &text)) != ERR_OK)
		return e;
	if (conf->smtp_user[0] != '\0') {
		mail.user = conf->smtp_user;
		if ((e = conf_credential(ctx, "smtp.pass",
		    &mail.password)) != ERR_OK)
			return e;
	}
	if (conf->smtp_ca[0] == '\0')
		mail.ca_file = NULL;
	mail.text = text.p;
	mail.len = text.len;
	return http_mail(ctx, &mail);
}

/* mail_settle - records that the mail was sent, waits, or failed for good */
static enum err
mail_settle(struct ctx *ctx, const struct queued *queued, enum err e)
{
	const char *why = ctx->fault.detail;
	bool never = e == ERR_INVALID || queued->attempts >= ATTEMPTS_MAX;

	metrics_add(e == ERR_OK ? METRIC_MAILS_SENT : METRIC_MAILS_FAILED, 0,
	    1);
	if (e == ERR_OK)
		return sql_exec(ctx, &SQL_MAIL_SENT, NULL,
		    ARG_UUID(&queued->id));
	log_event(LOG_WARN, "mail_failed", LOG_TEXT("mail", queued->id.text),
	    LOG_INT("attempts", queued->attempts), LOG_TEXT("detail", why));
	fail_clear(ctx);
	return sql_exec(ctx, &SQL_MAIL_FAILED, NULL, ARG_UUID(&queued->id),
	    ARG_TEXT(why), ARG_BOOL(never),
	    ARG_INT(work_backoff_s(queued->attempts, BACKOFF_MAX_S)));
}

enum err
mail_one(struct ctx *ctx, bool *any)
{
	struct queued queued;
	enum err e;

	if ((e = sql_opt(ctx, &SQL_MAIL_CLAIM, queued_view, &queued, any,
	    ARG_INT(CLAIM_S))) != ERR_OK || !*any)
		return e;
	return mail_settle(ctx, &queued, mail_transmit(ctx, &queued));
}
