/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "tests/support/memory_place.h"
#include "tests/support/memory_runtime.h"

#define RESTARTS_MAX	5

struct place place;

static void
text_copy(char *to, size_t max, const char *from)
{
	assert_true((size_t)snprintf(to, max, "%s", from) < max);
}

void
memory_reset(void)
{
	memset(&place, 0, sizeof(place));
	memory_servers_at("192.0.2.1", RUNTIME_SERVER_PORT);
}

void
memory_servers_at(const char *address, int port)
{
	place.address = address;
	place.port = port;
}

void
memory_fail(int n, enum err e, const char *code)
{
	place.failures = n;
	place.failure = e;
	place.code = code;
}

const char *
memory_image(const char *repository, const char *orders)
{
	struct image *image = &place.images[place.nimages++];
	char hex[SHA256_HEX_MAX];

	assert_true(place.nimages <= IMAGES_MAX);
	sha256_hex(orders, strlen(orders), hex);
	(void)snprintf(image->reference, sizeof(image->reference),
	    "%s@sha256:%s", repository, hex);
	text_copy(image->orders, sizeof(image->orders), orders);
	return image->reference;
}

bool
box_is(const struct box *box, const struct runtime_ref *ref)
{
	return strcmp(box->slug, ref->slug) == 0 &&
	    strcmp(box->name, ref->name == NULL ? "" : ref->name) == 0 &&
	    (ref->name == NULL || strcmp(box->environment,
	    ref->environment) == 0);
}

void
box_remove(size_t i)
{
	place.nboxes--;
	memmove(&place.boxes[i], &place.boxes[i + 1],
	    (place.nboxes - i) * sizeof(place.boxes[0]));
}

size_t
memory_containers(const char *slug)
{
	size_t i, n = 0;

	for (i = 0; i < place.nboxes; i++)
		n += strcmp(place.boxes[i].slug, slug) == 0;
	return n;
}

void
memory_lose(const char *slug, const char *name)
{
	const struct runtime_ref ref = { slug, "prod", name };
	size_t i;

	for (i = place.nboxes; i-- > 0;)
		if (box_is(&place.boxes[i], &ref))
			box_remove(i);
}

struct box *
box_seen(const struct runtime_ref *ref)
{
	struct box *found = NULL;
	size_t i;

	for (i = 0; i < place.nboxes; i++)
		if (box_is(&place.boxes[i], ref) && (found == NULL ||
		    found->state != RUNTIME_RUNNING ||
		    place.boxes[i].state == RUNTIME_RUNNING))
			found = &place.boxes[i];
	return found;
}

const char *
memory_env(const struct runtime_ref *ref, const char *name)
{
	static char value[TEXT_MAX];
	const struct box *box = box_seen(ref);
	const char *at;
	char key[64];

	(void)snprintf(key, sizeof(key), "\n%s=", name);
	if (box == NULL || (at = strstr(box->env, key)) == NULL)
		return NULL;
	at += strlen(key);
	(void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\n"),
	    at);
	return value;
}

enum err
network_ensure(struct ctx *ctx, const struct wanted *w)
{
	struct network *network;
	size_t i;

	for (i = 0; i < place.nnetworks; i++) {
		network = &place.networks[i];
		if (strcmp(network->slug, w->ref.slug) != 0)
			continue;
		return strcmp(network->tenant, w->tenant->text) == 0 ?
		    ERR_OK : fail(ctx, ERR_CONFLICT, "network_taken",
		    "the network is another tenant's");
	}
	network = &place.networks[place.nnetworks++];
	assert_true(place.nnetworks <= BOXES_MAX);
	text_copy(network->slug, sizeof(network->slug), w->ref.slug);
	text_copy(network->tenant, sizeof(network->tenant), w->tenant->text);
	return ERR_OK;
}

static void
line_add(struct box *box, bool error, const char *text)
{
	struct line *line = &box->lines[box->nlines++];

	assert_true(box->nlines <= LINES_MAX);
	line->error = error;
	text_copy(line->text, sizeof(line->text), text);
}

/* order_play - plays one order; false: the program ends with box->exit_code */
static bool
order_play(struct box *box, const struct wanted *w, const char *order)
{
	const struct runtime_secret *secret;
	const struct runtime_pair *pair;
	char text[TEXT_MAX];

	if (strncmp(order, "say ", 4) == 0)
		line_add(box, false, order + 4);
	else if (strncmp(order, "warn ", 5) == 0)
		line_add(box, true, order + 5);
	else if (strncmp(order, "sleep ", 6) == 0)
		box->sleeps = 2;
	else if (strncmp(order, "exit ", 5) == 0) {
		box->exit_code = (int)strtol(order + 5, NULL, 10);
		return false;
	} else if (strcmp(order, "env") == 0) {
		for (pair = w->env; pair->name != NULL; pair++) {
			(void)snprintf(text, sizeof(text), "env %s=%s",
			    pair->name, pair->value);
			line_add(box, false, text);
		}
	} else if (strncmp(order, "cat " RUNTIME_SECRETS_DIR "/", 17) == 0) {
		for (secret = w->secrets; secret->name != NULL; secret++)
			if (strcmp(secret->name, order + 17) == 0)
				line_add(box, false, secret->data);
	} else if (strncmp(order, "serve ", 6) != 0)
		fail_msg("no order is '%s'", order);
	return true;
}

static void
box_start(struct box *box, const struct wanted *w)
{
	char orders[TEXT_MAX] = "", *order, *rest = orders;
	size_t i;

	for (i = 0; i < place.nimages; i++)
		if (strcmp(place.images[i].reference, box->image) == 0)
			memcpy(orders, place.images[i].orders, TEXT_MAX);
	box->state = RUNTIME_RUNNING;
	while ((order = strsep(&rest, "\n")) != NULL)
		if (order[0] != '\0' && !order_play(box, w, order)) {
			box->state = RUNTIME_STOPPED;
			return;
		}
}

/* spec_of - a digest that differs when the container has to be replaced */
static void
spec_of(const struct wanted *w, char spec[SHA256_HEX_MAX])
{
	char text[4096] = "";
	size_t n = 0;
	const struct runtime_secret *secret;
	const struct runtime_pair *pair;

	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s %lld %lld",
	    w->image, (long long)w->limits.memory_mb,
	    (long long)w->limits.cpu_millis);
	for (pair = w->env; pair != NULL && pair->name != NULL; pair++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\n%s=%s",
		    pair->name, pair->value);
	for (secret = w->secrets; secret != NULL && secret->name != NULL;
	    secret++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\n%s:%s",
		    secret->name, secret->data);
	assert_true(n < sizeof(text));
	sha256_hex(text, n, spec);
}

static bool
image_known(const char *reference)
{
	size_t i;

	for (i = 0; i < place.nimages; i++)
		if (strcmp(place.images[i].reference, reference) == 0)
			return true;
	return false;
}

/* box_create - makes a container; *made is the newest one */
static enum err
box_create(struct ctx *ctx, const struct wanted *w, struct box **made)
{
	struct box *box = &place.boxes[place.nboxes];
	const struct runtime_pair *pair;
	size_t n = 0;
	char text[16];

	if (!image_known(w->image))
		return fail(ctx, ERR_PEER, "image_unavailable",
		    "%s: manifest unknown", w->image);
	assert_true(++place.nboxes <= BOXES_MAX);
	*box = (struct box){ .limits = w->limits, .release = w->release };
	text_copy(box->slug, sizeof(box->slug), w->ref.slug);
	text_copy(box->tenant, sizeof(box->tenant), w->tenant->text);
	text_copy(box->image, sizeof(box->image), w->image);
	if (w->ref.name != NULL) {
		text_copy(box->name, sizeof(box->name), w->ref.name);
		text_copy(box->environment, sizeof(box->environment),
		    w->ref.environment);
		text_copy(box->generation, sizeof(box->generation),
		    w->generation);
	}
	spec_of(w, box->spec);
	for (pair = w->env; pair != NULL && pair->name != NULL; pair++)
		n += (size_t)snprintf(box->env + n, sizeof(box->env) - n,
		    "\n%s=%s", pair->name, pair->value);
	assert_true(n < sizeof(box->env));
	(void)snprintf(text, sizeof(text), "%u", place.made++);
	sha256_hex(text, strlen(text), box->id);
	*made = box;
	return ERR_OK;
}

/* box_find - finds a container of this generation, if generations matter */
static size_t
box_find(const struct wanted *w)
{
	size_t i;

	for (i = 0; i < place.nboxes; i++)
		if (box_is(&place.boxes[i], &w->ref) && (w->ref.name == NULL ||
		    strcmp(place.boxes[i].generation, w->generation) == 0))
			break;
	return i;
}

enum err
box_ensure(struct ctx *ctx, const struct wanted *w, struct box **out)
{
	char spec[SHA256_HEX_MAX];
	size_t i = box_find(w);
	struct box *box = &place.boxes[i];
	enum err e;

	spec_of(w, spec);
	if (i < place.nboxes && strcmp(box->spec, spec) != 0) {
		box_remove(i);
		i = place.nboxes;
	}
	if (i == place.nboxes && (e = box_create(ctx, w, &box)) != ERR_OK)
		return e;
	if (box->state == RUNTIME_STOPPED && box->restarts >= RESTARTS_MAX)
		return fail(ctx, ERR_INVALID, "container_failed",
		    "it ended %lld times, the last time with exit code %d",
		    (long long)box->restarts + 1, box->exit_code);
	if (box->state != RUNTIME_RUNNING) {
		box->restarts += box->exit_code != 0;
		box_start(box, w);
	}
	*out = box;
	return ERR_OK;
}
