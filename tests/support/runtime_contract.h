/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of runtime.h as tests, which every runtime passes: one in
 * memory (tests/unit) and one with a real engine (tests/engine).
 */
#ifndef CAMELEER_TESTS_RUNTIME_CONTRACT_H
#define CAMELEER_TESTS_RUNTIME_CONTRACT_H

#include "modules/worker/runtime/runtime.h"
#include "tests/support/unit.h"

#define MARKER		"s3cret-marker-4711"	/* the bootstrap token */
#define WAIT_MS		120000	/* six starts on a busy machine */
#define SHORT_WAIT_MS	20000	/* for a log's line, for a probe's answer */

/* The runtime to test; the group's setup sets it. */
struct contract {
	struct ctx		*ctx;
	const struct runtime	*rt;
	/* An image that obeys these orders (tests/engine/probe.c). */
	const char		*(*image)(const char *repository,
				    const char *orders);
	void			(*pause)(int ms);
};
extern struct contract contract;

/* Returns a tenant's id, derived from its slug. */
struct uuid contract_tenant_id(const char *slug);
struct runtime_tenant contract_tenant(const char *slug, const char *image);
/* Returns an application in the environment "prod". */
struct runtime_app contract_app(const char *slug, const char *name,
    const char *generation, const char *image);

/* Deploys, and calls again while the answer is "not yet", as a job does. */
enum err contract_deploy(const struct runtime_app *app,
    struct runtime_status *status);
enum err contract_ensure(const struct runtime_tenant *tenant,
    struct runtime_status *status);
/*
 * Waits until the log of an application's newest container contains a text, and
 * returns the log as one text.  An engine writes its log in parallel with the
 * program, so a line may appear a moment later.
 */
const char *contract_prints(const struct runtime_ref *ref,
    const char *awaited);

/* Removes the tenant from the runtime. */
void contract_away(const char *slug);
/* Asserts that this error with this code came, and clears it. */
void contract_failed(enum err is, enum err wanted, const char *code);

#define assert_has(text, part) do { \
	if (strstr((text), (part)) == NULL) \
		fail_msg("no '%s' in:\n%s", (part), (text)); \
} while (0)

/* Fails the test with the fault of the context. */
#define assert_done(e)	contract_done((e), __FILE__, __LINE__)
void contract_done(enum err e, const char *file, int line);

void test_place_answers(void **state);
void test_server_is_ensured_once(void **state);
void test_server_as_changed_is_another(void **state);
void test_names_of_another_tenant_are_not_taken_over(void **state);
void test_suspended_tenant_comes_back_and_removed_one_is_gone(void **state);
void test_what_is_no_name_is_refused(void **state);
void test_deploy_again_changes_nothing(void **state);
void test_next_generation_replaces_when_healthy(void **state);
void test_abandoned_generation_stops_and_the_other_runs_on(void **state);
void test_crashing_generation_fails_and_the_old_one_runs_on(void **state);
void test_changed_settings_under_the_same_generation_are_applied(
    void **state);
void test_stopped_application_starts_again_with_its_secrets(void **state);
void test_deleted_application_is_absent(void **state);
void test_image_that_is_not_there_is_named(void **state);
void test_what_runs_is_measured_and_scaled(void **state);
void test_log_goes_on_behind_its_cursor(void **state);
void test_whole_log_is_read_from_its_beginning(void **state);
void test_log_goes_on_in_the_next_generation(void **state);

#define CONTRACT_TESTS(t) \
	t(test_place_answers), \
	t(test_server_is_ensured_once), \
	t(test_server_as_changed_is_another), \
	t(test_names_of_another_tenant_are_not_taken_over), \
	t(test_suspended_tenant_comes_back_and_removed_one_is_gone), \
	t(test_what_is_no_name_is_refused), \
	t(test_deploy_again_changes_nothing), \
	t(test_next_generation_replaces_when_healthy), \
	t(test_abandoned_generation_stops_and_the_other_runs_on), \
	t(test_crashing_generation_fails_and_the_old_one_runs_on), \
	t(test_changed_settings_under_the_same_generation_are_applied), \
	t(test_stopped_application_starts_again_with_its_secrets), \
	t(test_deleted_application_is_absent), \
	t(test_image_that_is_not_there_is_named), \
	t(test_what_runs_is_measured_and_scaled), \
	t(test_log_goes_on_behind_its_cursor), \
	t(test_whole_log_is_read_from_its_beginning), \
	t(test_log_goes_on_in_the_next_generation)

#endif
