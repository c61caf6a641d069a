/* SPDX-License-Identifier: Apache-2.0 */
/* All runtimes, by the kinds of places. */
#include "config.h"

#include "modules/worker/runtime/runtime.h"

const struct runtime_kind runtimes[] = {
	{ "engine", runtime_engine_open },
	{ "kubernetes", runtime_kubernetes_open },
	{ NULL, NULL },
};
