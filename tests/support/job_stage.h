/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job without a worker: claimed, with the settings, keys and secrets that the
 * jobs of a tenant need, a scripted database and the runtime in memory.
 */
#ifndef CAMELEER_TESTS_JOB_STAGE_H
#define CAMELEER_TESTS_JOB_STAGE_H

#include "modules/worker/work.h"
#include "tests/support/fake_sql.h"
#include "tests/support/memory_runtime.h"
#include "tests/support/request.h"

#define JOB	"00000000-0000-7000-8000-0000000000d1"
#define SUBJECT	"00000000-0000-7000-8000-0000000000c1"
#define PLACE	"00000000-0000-7000-8000-0000000000e1"
#define SLUG	"acme"

struct job_stage {
	const struct runtime	*rt;		/* in memory */
	const char		*server_image;	/* can be pulled */
	/* Of the next expect_tenant(); at first "0" and false. */
	const char		*turn;
	bool			 turning;
};
extern struct job_stage stage;

int job_setup(void **state);
int job_teardown(void **state);

/* Runs it on SUBJECT of TENANT, as a new attempt. */
enum err job_run(const struct job_kind *kind);
/* Calls its give_up(), after a failure with this code and detail. */
enum err job_give_up(const struct job_kind *kind, const char *code,
    const char *detail);

/* Expects a transaction that only reads, or one that writes. */
void expect_read(void);
void expect_write(void);
/*
 * Expects a step that begins, ends in its own transaction ("done", or "running"
 * when it waits or has failed), or is already done.
 */
void expect_step(const char *name);
void expect_step_end(const char *name, const char *state,
    const char *detail);
void expect_step_done(const char *name);
/*
 * Expects that a secret of the tenant is read; stage_secret() returns its text.
 */
void expect_secret(const char *name);
const char *stage_secret(const char *name);
const char *stage_box(const char *name);	/* the same, sealed */
/* Expects that the secret is made before. */
void expect_secret_made(const char *name);
/* Expects that there is no token before the present one. */
void expect_no_previous(void);
/* Expects that the licence of the tier is read. */
void expect_license(void);
/* Expects that a server is told its licence, and that this is recorded. */
void expect_license_told(void);
/* Expects that the tenant's place is read. */
void expect_place(void);
/* Expects tenant_read(). */
void expect_tenant(const char *tenant_state);

#define JOB_TEST(f) \
	cmocka_unit_test_setup_teardown(f, job_setup, job_teardown)

#endif
