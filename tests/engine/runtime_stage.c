/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime on a real engine, and tenants to try it with.
 */
#include "config.h"

#include "modules/worker/engine/engine.h"
#include "tests/engine/runtime_stage.h"

struct runtime rt;
static struct runtime_engine place;
static struct stage *staged;

/* image_push - pushes an application that obeys these orders */
static const char *
image_push(const char *repository, const char *orders)
{
	struct image image;

	stage_app(staged, repository, 1, orders, &image);
	return image.reference;
}

int
runtime_begin(void **state)
{
	if (stage_begin(state) != 0)
		return -1;
	staged = *state;
	place = staged->engine;
	runtime_engine_init(&rt, &place);
	contract = (struct contract){ .ctx = staged->ctx, .rt = &rt,
	    .image = image_push, .pause = stage_sleep };
	return 0;
}

int
runtime_reset(void **state)
{
	int rc = stage_reset(state);

	contract.ctx = staged->ctx;
	return rc;
}

struct runtime_app
app_of(const char *slug, const char *name, const char *generation,
    const struct image *image)
{
	return contract_app(slug, name, generation, image->reference);
}

struct runtime_tenant
tenant_of(const char *slug, const struct image *image)
{
	return contract_tenant(slug, image->reference);
}

size_t
containers(struct stage *stage, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ "cameleer.tenant", slug }, { NULL, NULL },
	};
	struct engine engine = { .socket = place.socket };
	struct engine_row *rows;
	size_t n;

	assert_ok(stage, engine_list(stage->ctx, &engine, labels, &rows, &n));
	return n;
}
