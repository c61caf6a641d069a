/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants on a real engine: their server, their end, and what remains after the
 * worker was killed.
 */
#include "config.h"

#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/bridge.h"
#include "libshared/base/str.h"
#include "modules/worker/runtime/runtime_names.h"
#include "tests/engine/runtime_stage.h"

static void
test_server_is_found_by_its_applications(void **state)
{
	struct stage *stage = *state;
	const struct runtime_ref of_server = { .slug = "acme" };
	char bridge[BRIDGE_NAME_MAX], mac[BRIDGE_MAC_MAX];
	struct runtime_status server, status;
	struct runtime_tenant tenant;
	struct runtime_app app;
	struct image image;

	stage_app(stage, "platform/server", 1,
	    "cat /sys/class/net/eth0/address\nserve 8081\n", &image);
	tenant = tenant_of("acme", &image);
	assert_ok(stage, contract_ensure(&tenant, &server));
	assert_int_equal(server.port, 8081);
	/* by which netguard knows it */
	runtime_bridge(&tenant.id, bridge);
	bridge_server_mac(bridge, mac);
	(void)contract_prints(&of_server, mac);
	assert_ok(stage, contract_ensure(&tenant, &status));
	assert_string_equal(server.container, status.container);
	stage_app(stage, "acme/finds", 1, "resolve cameleer-server-acme\n"
	    "resolve acme-prod-finds\nresolve cameleer-server-beta\n", &image);
	app = app_of("acme", "finds", "00000001", &image);
	assert_ok(stage, contract_deploy(&app, &status));
	(void)contract_prints(&app.ref, text_printf(stage->ctx->mem,
	    "resolve cameleer-server-acme: %s\n", server.address));
	(void)contract_prints(&app.ref, text_printf(stage->ctx->mem,
	    "resolve acme-prod-finds: %s\n", status.address));
	(void)contract_prints(&app.ref,
	    "resolve cameleer-server-beta: none\n");
}

/*
 * The worker dies at any point: the next one finishes, and nothing exists
 * twice.
 */
static void
test_killed_worker_leaves_nothing_twice(void **state)
{
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_tenant tenant;
	struct runtime_app app;
	struct image server, image;
	int ms, round = 0;
	char generation[16];
	pid_t pid;

	stage_app(stage, "platform/server", 1, "serve 8081\n", &server);
	stage_app(stage, "kilo/main", 1, "cat /run/secrets/bootstrap-token\n",
	    &image);
	tenant = tenant_of("kilo", &server);
	app = app_of("kilo", "main", generation, &image);
	for (ms = 3; ms < 1500; ms += 10 + ms / 4) {
		snprintf(generation, sizeof(generation), "%08x", ++round / 4);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			if (contract_ensure(&tenant, &status) == ERR_OK &&
			    contract_deploy(&app, &status) == ERR_OK)
				_exit(0);
			_exit(1);
		}
		stage_sleep(ms);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	assert_ok(stage, contract_ensure(&tenant, &status));
	assert_ok(stage, contract_deploy(&app, &status));
	assert_string_equal(status.generation, generation);
	assert_int_equal(containers(stage, "kilo"), 2);
	(void)contract_prints(&app.ref, MARKER);
	assert_ok(stage, rt.remove(stage->ctx, &rt, "kilo"));
	assert_int_equal(containers(stage, "kilo"), 0);
}

/*
 * An engine that is killed while it creates a container keeps its name in the
 * storage, as other programs' containers are there: no list shows it.
 */
static void
test_name_that_only_the_storage_knows_is_freed(void **state)
{
	static const char *const buildah[] = { "buildah", "from", "--name",
	    "cameleer-server-lima", "scratch", NULL };
	struct stage *stage = *state;
	struct runtime_status status;
	struct runtime_tenant tenant;
	struct image image;
	char *out;

	stage_app(stage, "platform/server", 1, "serve 8081\n", &image);
	tenant = tenant_of("lima", &image);
	assert_int_equal(stage_run(stage, buildah, &out), 0);
	assert_int_equal(containers(stage, "lima"), 0);
	assert_ok(stage, contract_ensure(&tenant, &status));
	assert_int_equal(containers(stage, "lima"), 1);
	assert_ok(stage, rt.remove(stage->ctx, &rt, "lima"));
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup(name, runtime_reset)
	const struct CMUnitTest tests[] = {
		T(test_server_is_found_by_its_applications),
		T(test_killed_worker_leaves_nothing_twice),
		T(test_name_that_only_the_storage_knows_is_freed),
	};

	return cmocka_run_group_tests(tests, runtime_begin, stage_end);
}
