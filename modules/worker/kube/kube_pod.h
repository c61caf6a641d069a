/* SPDX-License-Identifier: Apache-2.0 */
/* Pods: which there are, how each one is, and why it is not well. */
#ifndef CAMELEER_KUBE_POD_H
#define CAMELEER_KUBE_POD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

struct json;

#define KUBE_PODS_MAX	500	/* of one answer */

struct kube_pod {
	const char	*name, *uid, *made_at;
	const char	*address;		/* NULL: none yet */
	const char	*image, *container;	/* NULL: never started */
	const char	*started_at;
	const char	*why;		/* what holds it up; NULL: nothing */
	bool		 running;	/* its container does */
	bool		 ready;		/* and its probes say yes */
	bool		 looping;	/* it ended, and will start again */
	bool		 unpullable;	/* its image cannot be had */
	bool		 memory;	/* it was ended for lack of memory */
	bool		 leaving;	/* it is being stopped */
	int		 exit_code;	/* of its last end */
	int64_t		 restarts;
	const struct json *notes, *labels;	/* its annotations and labels */
};

struct kube_pods { struct kube_pod *rows; size_t n; };

/* The pods of a list, the newest first; ERR_PEER for any other answer. */
enum err kube_pods(struct ctx *ctx, const struct json *list,
    struct kube_pods *pods) must_check;

#endif
