/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime without an engine: tenants that live in memory, by the contract of
 * runtime.h.  It defines runtimes[] with the only name "memory", so that a
 * program linked with it finds no other.
 *
 * An application plays the orders of its image (see tests/engine/probe.c): say,
 * warn, cat of a secret, env, exit N, and sleep, which makes it healthy at a
 * later look only.
 */
#ifndef CAMELEER_TESTS_MEMORY_RUNTIME_H
#define CAMELEER_TESTS_MEMORY_RUNTIME_H

#include "modules/worker/runtime/runtime.h"

/* A place of this kind. */
#define MEMORY_PLACE \
	(&(const struct runtime_place){ .name = "here", .kind = "memory" })

/* Empties the place; for setup. */
void memory_reset(void);
/*
 * Adds an image that can be pulled; returns its reference, which lives until
 * memory_reset().
 */
const char *memory_image(const char *repository, const char *orders);
/* Sets the address where servers answer from now on; 192.0.2.1 by default. */
void memory_servers_at(const char *address, int port);
/* The next n calls fail with this error before they do anything. */
void memory_fail(int n, enum err e, const char *code);

/*
 * What the isolation probe says at its second look; NULL: it never ends.
 * memory_probe_orders() returns what it was told, or NULL.
 */
void memory_probe_says(const char *said);
const char *memory_probe_orders(void);

/* compare() finds this difference from now on; object NULL: none. */
void memory_differs(const char *object, const char *field, int64_t whose);
/* Returns the object that was dropped last, or NULL. */
const char *memory_dropped(void);

/* Returns how many containers the tenant has, in any state. */
size_t memory_containers(const char *slug);
/* Removes a container as a person might by hand; name NULL: the server. */
void memory_lose(const char *slug, const char *name);
/* Returns a value of a container's environment, or NULL. */
const char *memory_env(const struct runtime_ref *ref, const char *name);

#endif
