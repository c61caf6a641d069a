/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/tenant/tenant.h"
#include "modules/worker/tenant/tenant_secret.h"
#include "tests/support/job_stage.h"

#define TEXT_MAX	512
#define JOB_MEM_MAX	((size_t)64 << 20)	/* as in the worker */

static struct job job;
static const struct worker worker;
static char dir[64];
/* By name: what the table of secrets contains, and the clear text. */
static struct { const char *name; char box[TEXT_MAX], text[TEXT_MAX]; }
    secrets[] = {
	{ SECRET_BOOTSTRAP, "", "" },
	{ SECRET_DATABASE, "", "" },
	{ SECRET_DATABASE_B, "", "" },
};

struct job_stage stage;

static void
file_write(const char *name, const char *text)
{
	char path[160];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void
files_remove(void)
{
	static const char *const names[] = { "settings", "master.key",
	    "ca.pem" };
	char path[160];
	size_t i;

	for (i = 0; i < nitems(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

static void
settings_load(void)
{
	char path[96], text[1024];

	(void)snprintf(text, sizeof(text), "base_url = " BASE_URL "\n"
	    "internal_url = https://10.0.0.1:8443\n"
	    "server_image = %s\nca_file = %s/ca.pem\n"
	    "tenant_db_host = 10.0.0.1\ntenant_db_name = tenants\n",
	    stage.server_image, dir);
	file_write("settings", text);
	file_write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
	file_write("master.key",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
	(void)snprintf(path, sizeof(path), "%s/settings", dir);
	assert_non_null(process.conf = conf_load(path, stderr));
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", dir, 1), 0);
}

static void
keys_make(void)
{
	static const enum key_purpose purposes[] = { KEY_SERVER, KEY_LICENSE,
	    KEY_AUDIT };
	size_t i;

	for (i = 0; i < nitems(purposes); i++) {
		assert_int_equal(key_generate(ctx, purposes[i],
		    &process.keys.keys[i]), ERR_OK);
		process.keys.keys[i].state = KEY_ACTIVE;
		process.keys.n++;
	}
}

static size_t
secret_index(const char *name)
{
	size_t i = 0;

	while (strcmp(secrets[i].name, name) != 0)
		assert_true(++i < nitems(secrets));
	return i;
}

const char *
stage_secret(const char *name)
{
	return secrets[secret_index(name)].text;
}

const char *
stage_box(const char *name)
{
	return secrets[secret_index(name)].box;
}

void
expect_secret_made(const char *name)
{
	expect_read();
	fake_expect("secret_get", name);
	expect_write();
	fake_expect("secret_add", name, FAKE_KEEP,
	    strcmp(name, SECRET_BOOTSTRAP) == 0 ? FAKE_ANY : FAKE_NULL);
	expect_read();
	fake_expect("secret_get", name);
	fake_row("box", FAKE_KEPT);
}

/* secrets_make - uses the product's code, so that the secrets open */
static void
secrets_make(void)
{
	const char *text;
	size_t i;

	for (i = 0; i < nitems(secrets); i++) {
		expect_secret_made(secrets[i].name);
		assert_int_equal(tenant_secret(ctx, secrets[i].name, &text),
		    ERR_OK);
		(void)snprintf(secrets[i].text, TEXT_MAX, "%s", text);
		(void)snprintf(secrets[i].box, TEXT_MAX, "%s", fake_kept());
	}
}

int
job_setup(void **state)
{
	if (request_setup(state) != 0)
		return -1;
	stage.turn = "0";
	stage.turning = false;
	memory_reset();
	ctx_free(&ctx);
	ctx = ctx_new(JOB_MEM_MAX);
	ctx->request_id = JOB;
	ctx->who.system = true;
	job = (struct job){ .kind = "test", .attempt = 3, .failures = 1,
	    .worker = &worker };
	assert_true(uuid_set(&job.id, JOB));
	assert_true(uuid_set(&job.tenant, TENANT));
	assert_true(uuid_set(&job.subject, SUBJECT));
	ctx->job = &job;
	(void)snprintf(dir, sizeof(dir), "/tmp/test_job.XXXXXX");
	assert_non_null(mkdtemp(dir));
	stage.server_image = memory_image("platform/server", "serve 8081\n");
	settings_load();
	keys_make();
	secrets_make();
	return runtime_of(ctx, MEMORY_PLACE, &stage.rt) == ERR_OK ? 0 : -1;
}

int
job_teardown(void **state)
{
	files_remove();
	return request_teardown(state);
}

enum err
job_run(const struct job_kind *kind)
{
	enum err e;

	fail_clear(ctx);
	e = kind->run(ctx);
	sql_rollback(ctx);
	return e;
}

enum err
job_give_up(const struct job_kind *kind, const char *code,
    const char *detail)
{
	enum err e;

	fail_clear(ctx);
	(void)fail(ctx, ERR_INVALID, code, "%s", detail);
	e = kind->give_up(ctx);
	sql_rollback(ctx);
	return e;
}

void
expect_read(void)
{
	fake_expect("request_pin", TENANT, FAKE_NULL);
}

void
expect_write(void)
{
	expect_read();
	fake_expect("lease", JOB, "3", "30");
	fake_affected(1);
}

void
expect_step(const char *name)
{
	expect_write();
	fake_expect("step_state", JOB, name);
	fake_row("state", "pending", "age_s", "0");
	fake_expect("step_start", JOB, name, "t");
}

void
expect_step_end(const char *name, const char *state, const char *detail)
{
	expect_write();
	fake_expect("step_end", JOB, name, strcmp(state, "done") == 0 ?
	    state : FAKE_ANY, detail);
}

void
expect_step_done(const char *name)
{
	expect_write();
	fake_expect("step_state", JOB, name);
	fake_row("state", "done", "age_s", "0");
}

void
expect_secret(const char *name)
{
	expect_read();
	fake_expect("secret_get", name);
	fake_row("box", secrets[secret_index(name)].box);
}

void
expect_no_previous(void)
{
	expect_read();
	fake_expect("secret_get", SECRET_PREVIOUS);
}

void
expect_place(void)
{
	fake_expect("place_get", PLACE);
	fake_row("name", "here", "kind", "memory", "endpoint", FAKE_NULL,
	    "registry", FAKE_NULL, "ca", FAKE_NULL, "certificate",
	    FAKE_NULL, "cluster", FAKE_NULL, "seal_certificate", FAKE_NULL,
	    "key_box", FAKE_NULL);
}

void
expect_license_told(void)
{
	expect_license();
	expect_read();
	fake_expect("told_set", FAKE_HAS("\"license\""));
}

void
expect_license(void)
{
	expect_read();
	fake_expect("license_current", "{\"tier\": \"low\"}");
	fake_row("version", "1", "tier", "low", "file", "payload.signature",
	    "outdated", "f");
}

void
expect_tenant(const char *tenant_state)
{
	expect_read();
	fake_expect("tenant_get");
	fake_row("id", TENANT, "slug", SLUG, "name", "Acme", "tier", "low",
	    "state", tenant_state, "environments", "[\"prod\"]",
	    "max_agents", "10", "retention_days", "7", "max_vaults", "0",
	    "max_debug_sessions", "0", "lineage_captures_minute", "10",
	    "custom_environments", "f",
	    "max_apps", "20", "max_deployments", "10",
	    "max_releases_day", "100", "jar_bytes", "134217728",
	    "features", "{\"topology\": true}",
	    "grants", "{\"tier\": \"low\"}", "place", PLACE,
	    "cpu_millis", "1000", "memory_mb", "384",
	    "turn", stage.turn, "turning", stage.turning ? "t" : "f");
}
