/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place of the runtime in memory: its containers, and the orders that they
 * play.
 */
#ifndef CAMELEER_TESTS_MEMORY_PLACE_H
#define CAMELEER_TESTS_MEMORY_PLACE_H

#include "libshared/doors/crypto.h"
#include "modules/worker/runtime/runtime.h"

#define BOXES_MAX	16
#define IMAGES_MAX	32
#define LINES_MAX	64
#define TEXT_MAX	160

struct image { char reference[TEXT_MAX], orders[TEXT_MAX]; };
struct line { bool error; char text[TEXT_MAX]; };

struct box {			/* a container */
	char			 slug[32], environment[40], name[40];
	char			 tenant[UUID_TEXT_MAX], generation[9];
	char			 image[TEXT_MAX], id[SHA256_HEX_MAX];
	char			 spec[SHA256_HEX_MAX], env[1024];
	struct runtime_limits	 limits;
	enum runtime_state	 state;
	int			 exit_code, sleeps;
	int64_t			 restarts, release;
	struct line		 lines[LINES_MAX];
	size_t			 nlines;
};

struct network { char slug[32], tenant[UUID_TEXT_MAX]; };

struct place {
	struct box	 boxes[BOXES_MAX];	/* oldest first */
	size_t		 nboxes;
	struct network	 networks[BOXES_MAX];
	size_t		 nnetworks;
	struct image	 images[IMAGES_MAX];
	size_t		 nimages;
	unsigned	 made;			/* containers, ever */
	const char	*address, *code;
	const char	*probe_says;
	char		 probe_orders[8192], probe_run[UUID_TEXT_MAX];
	const char	*differs, *field;
	int64_t		 whose;
	char		 dropped[TEXT_MAX];
	int		 port, failures;
	enum err	 failure;
};
extern struct place place;

/* A container as it should be. */
struct wanted {
	struct runtime_ref		 ref;
	const struct uuid		*tenant;
	const char			*image, *generation;
	const struct runtime_pair	*env;
	const struct runtime_secret	*secrets;
	struct runtime_limits		 limits;
	int64_t				 release;
};

bool box_is(const struct box *box, const struct runtime_ref *ref);
void box_remove(size_t i);
/* The running container, else the newest, or NULL. */
struct box *box_seen(const struct runtime_ref *ref);
/* Makes the tenant's network; ERR_CONFLICT when another tenant has it. */
enum err network_ensure(struct ctx *ctx, const struct wanted *w) must_check;
/* Starts a container as wanted; ERR_INVALID: it ended too often. */
enum err box_ensure(struct ctx *ctx, const struct wanted *w,
    struct box **out) must_check;

#endif
