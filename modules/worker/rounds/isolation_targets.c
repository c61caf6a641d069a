/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the isolation probe of a tenant tries: addresses that exist now, so that
 * silence means that netguard drops, not that nobody is there.
 */
#include "config.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/isolation.h"
#include "libshared/base/network.h"
#include "libshared/base/str.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/place/place.h"
#include "modules/worker/rounds/isolation.h"
#include "modules/worker/runtime/runtime.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/isolation.sql.h"
#include "modules/worker/rounds/watch.sql.h"

#define TABLE_MAX	((size_t)256 << 10)
#define LISTENERS_MAX	40
#define LISTENS		"0A"		/* TCP_LISTEN */
#define PORT_DNS	53		/* of the resolver at the gateway */
#define TEXT_MAX	8192		/* TRIES_TEXT_MAX of the probe */

struct other { struct uuid tenant, deployment; const char *slug; };

static const struct field other_view[] = {
	VIEW_UUID(struct other, tenant),
	VIEW_TEXT(struct other, slug),
	VIEW_UUID_OPT(struct other, deployment),
	FIELD_END
};

struct app {
	int64_t		 version;
	const char	*state, *app, *environment, *slug;
	struct uuid	 place;
};

static const struct field app_view[] = {
	VIEW_INT(struct app, version),
	VIEW_TEXT(struct app, state),
	VIEW_TEXT(struct app, app),
	VIEW_TEXT(struct app, environment),
	VIEW_TEXT(struct app, slug),
	VIEW_UUID(struct app, place),
	FIELD_END
};

/* order_add - adds an order of that check, while there is room */
static void
order_add(struct ctx *ctx, struct json *orders, enum isolation_try check,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void
order_add(struct ctx *ctx, struct json *orders, enum isolation_try check,
    const char *fmt, ...)
{
	struct json *one = json_object(ctx);
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (json_count(orders) >= ISOLATION_ORDERS_MAX)
		return;
	json_put_text(one, "check", isolation_checks[check].name);
	json_put_text(one, "order", text);
	json_add(orders, one);
}

/* endpoint_cut - host and port of "https://host:port/path" or "host:port" */
static bool
endpoint_cut(const char *url, struct str *host, int64_t *port)
{
	struct str rest = str_of(url);
	const char *at = strstr(url, "://");

	*port = strncmp(url, "http://", 7) == 0 ? 80 : 443;
	if (at != NULL)
		rest = str_of(at + 3);
	rest = str_cut(&rest, '/');
	*host = str_cut(&rest, ':');
	return host->len > 0 && (rest.len == 0 ||
	    str_int(rest, 1, 65535, port));
}

static void
endpoint_add(struct ctx *ctx, struct json *orders, enum isolation_try check,
    const char *url)
{
	struct str host;
	int64_t port;

	if (url[0] != '\0' && endpoint_cut(url, &host, &port))
		order_add(ctx, orders, check, "tcp %.*s %lld", (int)host.len,
		    host.p, (long long)port);
}

/* app_add - an application of another tenant, where it is now */
static enum err
app_add(struct ctx *ctx, const struct runtime *rt, const struct other *other,
    struct json *orders)
{
	struct runtime_status status = { 0 };
	struct runtime_ref ref;
	struct app app;
	bool found;
	enum err e;

	if ((e = work_begin_for(ctx, &other->tenant, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_DEPLOYMENT_WATCH, app_view, &app, &found,
	    ARG_UUID(&other->deployment))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK || !found)
		return e;
	ref = (struct runtime_ref){ app.slug, app.environment, app.app };
	if ((e = rt->status(ctx, rt, &ref, &status)) == ERR_OK &&
	    status.address != NULL)
		order_add(ctx, orders, ISOLATION_OTHER_APP, "tcp %s %d",
		    status.address, status.port);
	return e;
}

/* other_add - another tenant; one that cannot be found now is left out */
static void
other_add(struct ctx *ctx, const struct runtime *rt, const struct other *other,
    struct json *orders)
{
	const struct runtime_ref server = { other->slug, NULL, NULL };
	struct runtime_status status = { 0 };

	order_add(ctx, orders, ISOLATION_OTHER_NAME,
	    "name cameleer-server-%s", other->slug);
	if (rt->status(ctx, rt, &server, &status) == ERR_OK &&
	    status.address != NULL)
		order_add(ctx, orders, ISOLATION_OTHER_SERVER, "tcp %s %d",
		    status.address, status.port);
	if (!uuid_empty(&other->deployment) &&
	    app_add(ctx, rt, other, orders) != ERR_OK)
		sql_rollback(ctx);
	fail_clear(ctx);
}

static enum err
others_add(struct ctx *ctx, const struct isolation_subject *subject,
    struct json *orders)
{
	const struct runtime *rt;
	struct other *others;
	size_t i, n;
	enum err e;

	if ((e = sql_many(ctx, &SQL_ISOLATION_OTHERS, other_view,
	    sizeof(*others), &others, &n, ARG_UUID(&subject->place),
	    ARG_UUID(&subject->tenant))) != ERR_OK ||
	    (e = place_runtime(ctx, &subject->place, &rt)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		other_add(ctx, rt, &others[i], orders);
	return ERR_OK;
}

/* word_next - cuts a word off a table's line; words are set apart by blanks */
static struct str
word_next(struct str *line)
{
	while (line->len > 0 && line->p[0] == ' ')
		*line = (struct str){ line->p + 1, line->len - 1 };
	return str_cut(line, ' ');
}

/* hex_read - false unless it is a number of that many digits */
static bool
hex_read(struct str text, size_t digits, uint32_t *value)
{
	static const char all[] = "0123456789ABCDEF";
	const char *at;
	size_t i;

	*value = 0;
	for (i = 0; i < digits && i < text.len; i++) {
		if (text.p[i] == '\0' || (at = strchr(all, text.p[i])) == NULL)
			return false;
		*value = *value << 4 | (uint32_t)(at - all);
	}
	return text.len == digits;
}

/* is_zero - the address of a socket that takes connections to all of them */
static bool
is_zero(struct str address)
{
	size_t i = 0;

	while (i < address.len && address.p[i] == '0')
		i++;
	return i > 0 && i == address.len;
}

/* place_open - is this what containers may reach on the machine? */
static bool
place_open(const char *address, uint32_t port)
{
	struct str host;
	int64_t open;

	return port == PORT_DNS || (endpoint_cut(conf_value(process.conf,
	    "internal_url"), &host, &open) && open == (int64_t)port &&
	    host.len == strlen(address) &&
	    memcmp(host.p, address, host.len) == 0);
}

/* listener_add - one line of the table, when others than loopback reach it */
static bool
listener_add(struct ctx *ctx, struct str line, struct json *orders)
{
	struct str number = word_next(&line), address = word_next(&line);
	struct str port_text = address, state;
	char text[INET_ADDRSTRLEN] = "gateway";
	struct in_addr in;
	uint32_t port;

	(void)number;
	(void)word_next(&line);
	state = word_next(&line);
	address = str_cut(&port_text, ':');
	if (state.len != 2 || memcmp(state.p, LISTENS, 2) != 0 ||
	    !hex_read(port_text, 4, &port))
		return false;
	if (!is_zero(address)) {
		if (!hex_read(address, 8, &in.s_addr) ||
		    (ntohl(in.s_addr) >> 24) == 127 ||
		    inet_ntop(AF_INET, &in, text, sizeof(text)) == NULL)
			return false;
	}
	if (place_open(text, port))
		return false;
	order_add(ctx, orders, ISOLATION_MACHINE, "tcp %s %u", text, port);
	return true;
}

void
isolation_listeners(struct ctx *ctx, struct str table, struct json *orders)
{
	size_t n = 0;

	while (table.len > 0 && n < LISTENERS_MAX)
		n += listener_add(ctx, str_cut(&table, '\n'), orders);
}

static void
table_add(struct ctx *ctx, const char *path, struct json *orders)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *buf = arena_get(ctx->mem, TABLE_MAX);
	size_t len = 0;
	ssize_t n = 1;

	if (fd == -1)
		return;
	while (buf != NULL && n > 0 && len < TABLE_MAX) {
		n = read(fd, buf + len, TABLE_MAX - len);
		len += n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
	if (buf != NULL)
		isolation_listeners(ctx, (struct str){ buf, len }, orders);
}

/* machine_add - ports that are usual on a machine, and those that are open */
static void
machine_add(struct ctx *ctx, struct json *orders)
{
	static const int usual[] = { 22, 2375, 5000, 5432, 9090 };
	size_t i;

	for (i = 0; i < nitems(usual); i++)
		order_add(ctx, orders, ISOLATION_MACHINE, "tcp gateway %d",
		    usual[i]);
	table_add(ctx, "/proc/net/tcp", orders);
	table_add(ctx, "/proc/net/tcp6", orders);
}

/* private_add - what no tenant reaches, unless an operator has opened it */
static void
private_add(struct ctx *ctx, struct json *orders)
{
	static const char *const metadata[] = { "169.254.169.254",
	    "168.63.129.16", "100.100.100.200", "fd00:ec2::254" };
	static const char *const private[] = { "10.0.0.1", "172.16.0.1",
	    "192.168.0.1", "192.168.1.1" };
	struct networks open = { .n = 0 };
	struct in_addr in;
	size_t i;

	for (i = 0; i < nitems(metadata); i++)
		order_add(ctx, orders, ISOLATION_METADATA, "tcp %s 80",
		    metadata[i]);
	if (!networks_parse(str_of(process.conf->open_networks), &open))
		return;
	for (i = 0; i < nitems(private); i++)
		if (inet_pton(AF_INET, private[i], &in) == 1 &&
		    !networks_hold(&open, false, (const uint8_t *)&in))
			order_add(ctx, orders, ISOLATION_NEIGHBOUR,
			    "tcp %s 443", private[i]);
}

enum err
isolation_orders(struct ctx *ctx, const struct isolation_subject *subject,
    const char *outside, struct json **orders)
{
	const char *database = conf_value(process.conf, "tenant_db_host");
	struct json *made = json_array(ctx);
	enum err e;

	order_add(ctx, made, ISOLATION_OWN_SERVER,
	    "tcp cameleer-server-%s %d", subject->slug, RUNTIME_SERVER_PORT);
	endpoint_add(ctx, made, ISOLATION_PLATFORM, conf_value(process.conf,
	    "internal_url"));
	endpoint_add(ctx, made, ISOLATION_OUTSIDE, outside);
	if (database[0] != '\0')
		order_add(ctx, made, ISOLATION_DATABASE, "tcp %s %s",
		    database, conf_value(process.conf, "tenant_db_port"));
	order_add(ctx, made, ISOLATION_RAW, "raw");
	order_add(ctx, made, ISOLATION_RAW, "packet");
	if ((e = others_add(ctx, subject, made)) != ERR_OK)
		return e;
	private_add(ctx, made);
	machine_add(ctx, made);
	*orders = made;
	return ERR_OK;
}

enum err
isolation_text(struct ctx *ctx, const struct json *orders, const char **text)
{
	const char *order;
	struct buf buf;
	size_t i;

	buf_init(&buf, ctx->mem, TEXT_MAX);
	for (i = 0; i < json_count(orders); i++)
		if ((order = json_member(json_at(orders, i), "order")) != NULL)
			buf_printf(&buf, "%s\n", order);
	if (buf.full || json_count(orders) == 0)
		return fail(ctx, ERR_INTERNAL, NULL, "no orders for a probe");
	*text = buf.p;
	return ERR_OK;
}
