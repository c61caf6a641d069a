/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "tests/support/runtime_contract.h"

struct contract contract;

static const struct runtime_pair env[] = {
	{ "GREETING", "hello world" }, { NULL, NULL },
};
static const struct runtime_secret secrets[] = {
	{ "bootstrap-token", MARKER, sizeof(MARKER) - 1 },
	{ "ca.pem", "two\nlines\n", 10 }, { NULL, NULL, 0 },
};
static const struct runtime_limits limits = { .memory_mb = 64,
    .cpu_millis = 500, .pids = 64, .tmp_mb = 8 };

void
contract_done(enum err e, const char *file, int line)
{
	const struct fault *fault = &contract.ctx->fault;

	if (e == ERR_OK)
		return;
	print_error("%s:%d: %s: %s\n", file, line, fault->code == NULL ?
	    err_code(e) : fault->code, fault->detail == NULL ? "" :
	    fault->detail);
	fail_msg("a call failed");
}

struct uuid
contract_tenant_id(const char *slug)
{
	char hex[SHA256_HEX_MAX];
	struct uuid id;

	sha256_hex(slug, strlen(slug), hex);
	(void)snprintf(id.text, sizeof(id.text),
	    "01890000-0000-7000-8000-%.12s", hex);
	return id;
}

struct runtime_app
contract_app(const char *slug, const char *name, const char *generation,
    const char *image)
{
	return (struct runtime_app){ .tenant = contract_tenant_id(slug),
	    .ref = { slug, "prod", name }, .generation = generation,
	    .release = 3, .image = image, .env = env, .secrets = secrets,
	    .limits = limits };
}

struct runtime_tenant
contract_tenant(const char *slug, const char *image)
{
	return (struct runtime_tenant){ .id = contract_tenant_id(slug),
	    .slug = slug, .image = image, .env = env, .secrets = secrets,
	    .limits = limits };
}

enum err
contract_deploy(const struct runtime_app *app, struct runtime_status *status)
{
	enum err e = ERR_UNAVAILABLE;
	int ms;

	for (ms = 0; ms < WAIT_MS && e == ERR_UNAVAILABLE; ms += 100) {
		fail_clear(contract.ctx);
		if (ms > 0)
			contract.pause(100);
		e = contract.rt->deploy(contract.ctx, contract.rt, app,
		    status);
	}
	return e;
}

enum err
contract_ensure(const struct runtime_tenant *tenant,
    struct runtime_status *status)
{
	enum err e = ERR_UNAVAILABLE;
	int ms;

	for (ms = 0; ms < WAIT_MS && e == ERR_UNAVAILABLE; ms += 100) {
		fail_clear(contract.ctx);
		if (ms > 0)
			contract.pause(100);
		e = contract.rt->ensure_tenant(contract.ctx, contract.rt,
		    tenant, status);
	}
	return e;
}

/* lines_printed - returns the newest container's log so far, as one text */
static const char *
lines_printed(const struct runtime_ref *ref)
{
	struct runtime_log log = { .max = 1000 };
	struct buf buf;
	size_t i;

	buf_init(&buf, contract.ctx->mem, (size_t)1 << 20);
	assert_done(contract.rt->logs(contract.ctx, contract.rt, ref, NULL,
	    &log));
	for (i = 0; i < log.nlines; i++) {
		buf_put(&buf, log.lines[i].text, log.lines[i].len);
		buf_text(&buf, "\n");
	}
	assert_false(buf.full);
	return buf.len > 0 ? buf.p : "";
}

const char *
contract_prints(const struct runtime_ref *ref, const char *awaited)
{
	const char *text = "";
	int ms;

	for (ms = 0; ms < SHORT_WAIT_MS && strstr(text, awaited) == NULL;
	    ms += 100) {
		if (ms > 0)
			contract.pause(100);
		text = lines_printed(ref);
	}
	assert_has(text, awaited);
	return text;
}

/* status_now - returns the status that the runtime reports */
static struct runtime_status
status_now(const struct runtime_ref *ref)
{
	struct runtime_status status = { 0 };

	assert_done(contract.rt->status(contract.ctx, contract.rt, ref,
	    &status));
	return status;
}

/* status_healthy - waits until healthy, since one probe may be too slow */
static struct runtime_status
status_healthy(const struct runtime_ref *ref)
{
	struct runtime_status status = status_now(ref);
	int ms;

	for (ms = 0; ms < SHORT_WAIT_MS && !status.healthy; ms += 100) {
		contract.pause(100);
		status = status_now(ref);
	}
	assert_true(status.healthy);
	return status;
}

void
contract_away(const char *slug)
{
	assert_done(contract.rt->remove(contract.ctx, contract.rt, slug));
}

void
contract_failed(enum err is, enum err wanted, const char *code)
{
	const char *said = contract.ctx->fault.code;

	if (is != wanted || said == NULL || strcmp(said, code) != 0)
		fail_msg("%d %s, not %d %s", is, said == NULL ? "" : said,
		    wanted, code);
	fail_clear(contract.ctx);
}

void
test_place_answers(void **state)
{
	struct runtime_facts facts = { .version = NULL };

	(void)state;
	assert_done(contract.rt->look(contract.ctx, contract.rt, &facts));
	assert_non_null(facts.version);
	assert_true(facts.cpu_millis >= 1000);
	assert_true(facts.memory_mb > facts.free_mb && facts.free_mb > 0);
	assert_true(facts.disk_mb >= facts.disk_free_mb);
}

void
test_server_is_ensured_once(void **state)
{
	const struct runtime_ref ref = { .slug = "once" };
	struct runtime_tenant tenant = contract_tenant("once",
	    contract.image("platform/once", "serve 8081\n"));
	struct runtime_status one, two;

	(void)state;
	assert_int_equal(status_now(&ref).state, RUNTIME_ABSENT);
	assert_done(contract_ensure(&tenant, &one));
	assert_int_equal(one.state, RUNTIME_RUNNING);
	assert_non_null(one.address);
	assert_true(one.port > 0);
	assert_string_equal(one.image, tenant.image);
	assert_done(contract_ensure(&tenant, &two));
	assert_string_equal(one.container, two.container);
	assert_false(status_now(&ref).healthy);
	contract_away("once");
	assert_int_equal(status_now(&ref).state, RUNTIME_ABSENT);
}

void
test_server_as_changed_is_another(void **state)
{
	static const struct runtime_pair other[] = {
		{ "GREETING", "changed" }, { NULL, NULL },
	};
	struct runtime_tenant tenant = contract_tenant("anew",
	    contract.image("platform/anew", "serve 8081\n"));
	struct runtime_status one, two;

	(void)state;
	assert_done(contract_ensure(&tenant, &one));
	tenant.env = other;
	assert_done(contract_ensure(&tenant, &two));
	assert_string_not_equal(one.container, two.container);
	contract_away("anew");
}

void
test_names_of_another_tenant_are_not_taken_over(void **state)
{
	struct runtime_tenant tenant = contract_tenant("gamma",
	    contract.image("platform/gamma", "serve 8081\n"));
	struct runtime_status status;

	(void)state;
	assert_done(contract_ensure(&tenant, &status));
	tenant.id = contract_tenant_id("beta");
	assert_int_equal(contract.rt->ensure_tenant(contract.ctx,
	    contract.rt, &tenant, &status), ERR_CONFLICT);
	fail_clear(contract.ctx);
	contract_away("gamma");
}

void
test_suspended_tenant_comes_back_and_removed_one_is_gone(void **state)
{
	const struct runtime_ref server = { .slug = "delta" };
	struct runtime_tenant tenant = contract_tenant("delta",
	    contract.image("platform/delta", "serve 8081\n"));
	struct runtime_app app = contract_app("delta", "main", "0000000a",
	    contract.image("delta/main", "say main\n"));
	struct runtime_status status;

	(void)state;
	assert_done(contract_ensure(&tenant, &status));
	assert_done(contract_deploy(&app, &status));
	assert_done(contract.rt->suspend(contract.ctx, contract.rt, "delta"));
	assert_int_equal(status_now(&server).state, RUNTIME_STOPPED);
	assert_int_equal(status_now(&app.ref).state, RUNTIME_STOPPED);
	assert_done(contract_ensure(&tenant, &status));
	assert_done(contract_deploy(&app, &status));
	assert_int_equal(status_now(&server).state, RUNTIME_RUNNING);
	assert_int_equal(status_now(&app.ref).state, RUNTIME_RUNNING);
	contract_away("delta");
	assert_int_equal(status_now(&server).state, RUNTIME_ABSENT);
	assert_int_equal(status_now(&app.ref).state, RUNTIME_ABSENT);
	contract_away("delta");
}

void
test_what_is_no_name_is_refused(void **state)
{
	const struct runtime *rt = contract.rt;
	const struct runtime_ref ref = { "acme", "prod", "No_App" };
	struct runtime_status status;

	(void)state;
	contract_failed(rt->remove(contract.ctx, rt, "../etc"), ERR_INVALID,
	    "slug_invalid");
	contract_failed(rt->suspend(contract.ctx, rt, ""), ERR_INVALID,
	    "slug_invalid");
	contract_failed(rt->status(contract.ctx, rt, &ref, &status),
	    ERR_INVALID, "app_invalid");
	contract_failed(rt->delete(contract.ctx, rt, &ref), ERR_INVALID,
	    "app_invalid");
}

void
test_deploy_again_changes_nothing(void **state)
{
	struct runtime_app app = contract_app("acme", "twice", "00000001",
	    contract.image("acme/twice", "say twice\n"));
	struct runtime_status first, again;

	(void)state;
	assert_done(contract_deploy(&app, &first));
	assert_int_equal(first.state, RUNTIME_RUNNING);
	assert_true(first.healthy);
	assert_int_equal(first.release, 3);
	assert_string_equal(first.generation, "00000001");
	assert_done(contract.rt->deploy(contract.ctx, contract.rt, &app,
	    &again));
	assert_string_equal(first.container, again.container);
	assert_string_equal(first.started_at, again.started_at);
	contract_away("acme");
}

void
test_next_generation_replaces_when_healthy(void **state)
{
	struct runtime_app app = contract_app("acme", "next", "00000001",
	    contract.image("acme/next", "say first\n"));
	struct runtime_status one, two;
	struct runtime_usages found;

	(void)state;
	assert_done(contract_deploy(&app, &one));
	app = contract_app("acme", "next", "00000002",
	    contract.image("acme/next", "say second\nsleep 1\n"));
	contract_failed(contract.rt->deploy(contract.ctx, contract.rt, &app,
	    &two), ERR_UNAVAILABLE, "app_starting");
	assert_done(contract_deploy(&app, &two));
	assert_string_not_equal(one.container, two.container);
	assert_string_equal(status_now(&app.ref).container, two.container);
	assert_string_equal(status_now(&app.ref).image, app.image);
	assert_done(contract.rt->usage(contract.ctx, contract.rt, "acme",
	    &found));
	assert_int_equal(found.n, 1);
	contract_away("acme");
}

void
test_abandoned_generation_stops_and_the_other_runs_on(void **state)
{
	struct runtime_app app = contract_app("acme", "leave", "00000001",
	    contract.image("acme/leave", "say good\n"));
	struct runtime_status one, two;

	(void)state;
	assert_done(contract_deploy(&app, &one));
	/* alone, it is left as it is */
	assert_done(contract.rt->abandon(contract.ctx, contract.rt, &app.ref,
	    "00000001"));
	assert_int_equal(status_now(&app.ref).state, RUNTIME_RUNNING);
	app = contract_app("acme", "leave", "00000002",
	    contract.image("acme/leave", "say stuck\nsleep 900\n"));
	contract_failed(contract.rt->deploy(contract.ctx, contract.rt, &app,
	    &two), ERR_UNAVAILABLE, "app_starting");
	assert_done(contract.rt->abandon(contract.ctx, contract.rt, &app.ref,
	    "00000002"));
	assert_string_equal(status_healthy(&app.ref).container,
	    one.container);
	(void)contract_prints(&app.ref, "stuck\n");
	assert_done(contract.rt->abandon(contract.ctx, contract.rt, &app.ref,
	    "00000002"));
	contract_away("acme");
}

void
test_crashing_generation_fails_and_the_old_one_runs_on(void **state)
{
	struct runtime_app app = contract_app("acme", "crash", "00000001",
	    contract.image("acme/crash", "say good\n"));
	struct runtime_status one, two, now;

	(void)state;
	assert_done(contract_deploy(&app, &one));
	app = contract_app("acme", "crash", "00000002",
	    contract.image("acme/crash", "say bad\nexit 9\n"));
	assert_int_equal(contract_deploy(&app, &two), ERR_INVALID);
	assert_has(contract.ctx->fault.detail, "exit code 9");
	contract_failed(ERR_INVALID, ERR_INVALID, "container_failed");
	now = status_healthy(&app.ref);
	assert_string_equal(now.container, one.container);
	(void)contract_prints(&app.ref, "bad\n");
	/* A third generation cleans up after the failed one. */
	app = contract_app("acme", "crash", "00000003",
	    contract.image("acme/crash", "say better\n"));
	assert_done(contract_deploy(&app, &two));
	(void)contract_prints(&app.ref, "better\n");
	contract_away("acme");
}

void
test_changed_settings_under_the_same_generation_are_applied(void **state)
{
	static const struct runtime_pair other[] = {
		{ "GREETING", "changed" }, { NULL, NULL },
	};
	struct runtime_app app = contract_app("acme", "drift", "00000001",
	    contract.image("acme/drift", "env\n"));
	struct runtime_status one, two;

	(void)state;
	assert_done(contract_deploy(&app, &one));
	app.env = other;
	assert_done(contract_deploy(&app, &two));
	assert_string_not_equal(one.container, two.container);
	(void)contract_prints(&app.ref, "env GREETING=changed\n");
	contract_away("acme");
}

void
test_stopped_application_starts_again_with_its_secrets(void **state)
{
	struct runtime_app app = contract_app("acme", "stops", "00000001",
	    contract.image("acme/stops",
	    "cat /run/secrets/bootstrap-token\n"));
	struct runtime_status status;

	(void)state;
	assert_done(contract_deploy(&app, &status));
	assert_done(contract.rt->stop(contract.ctx, contract.rt, &app.ref));
	assert_done(contract.rt->stop(contract.ctx, contract.rt, &app.ref));
	status = status_now(&app.ref);
	assert_int_equal(status.state, RUNTIME_STOPPED);
	assert_false(status.memory_suspected);
	assert_false(status.healthy);
	assert_done(contract_deploy(&app, &status));
	(void)contract_prints(&app.ref, MARKER "\n" MARKER "\n");
	contract_away("acme");
}

void
test_deleted_application_is_absent(void **state)
{
	struct runtime_app app = contract_app("acme", "goes", "00000001",
	    contract.image("acme/goes", "say here\n"));
	struct runtime_status status;

	(void)state;
	assert_done(contract_deploy(&app, &status));
	assert_done(contract.rt->delete(contract.ctx, contract.rt,
	    &app.ref));
	assert_int_equal(status_now(&app.ref).state, RUNTIME_ABSENT);
	assert_done(contract.rt->delete(contract.ctx, contract.rt,
	    &app.ref));
	assert_done(contract.rt->stop(contract.ctx, contract.rt, &app.ref));
	contract_away("acme");
}

void
test_image_that_is_not_there_is_named(void **state)
{
	struct runtime_app app = contract_app("acme", "none", "00000001",
	    "acme/nothing@sha256:"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	    );
	struct runtime_status status;
	enum err e;

	(void)state;
	e = contract.rt->deploy(contract.ctx, contract.rt, &app, &status);
	assert_has(contract.ctx->fault.detail, "manifest unknown");
	contract_failed(e, ERR_PEER, "image_unavailable");
	contract_away("acme");
}

void
test_what_runs_is_measured_and_scaled(void **state)
{
	const struct runtime_limits more = { .memory_mb = 128,
	    .cpu_millis = 250 };
	struct runtime_app app = contract_app("epsilon", "grows", "00000001",
	    contract.image("epsilon/grows", "say grow\n"));
	struct runtime_status status;
	struct runtime_usages found;

	(void)state;
	assert_done(contract_deploy(&app, &status));
	assert_done(contract.rt->scale(contract.ctx, contract.rt, &app.ref,
	    &more));
	assert_string_equal(status_now(&app.ref).container, status.container);
	assert_done(contract.rt->usage(contract.ctx, contract.rt, "epsilon",
	    &found));
	assert_int_equal(found.n, 1);
	assert_string_equal(found.rows[0].ref.name, "grows");
	assert_string_equal(found.rows[0].container, status.container);
	assert_true(found.rows[0].memory_limit > 0);
	assert_true(found.rows[0].memory_bytes > 0);
	assert_true(found.rows[0].cpu_ns > 0);
	assert_int_equal(found.rows[0].pids, 1);
	assert_done(contract.rt->stop(contract.ctx, contract.rt, &app.ref));
	assert_done(contract.rt->usage(contract.ctx, contract.rt, "epsilon",
	    &found));
	assert_int_equal(found.n, 0);
	contract_away("epsilon");
}
