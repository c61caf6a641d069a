/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an agent outside of the platform is told where to go and what to show,
 * for each tool: one source for the API, the console and cameleerctl.
 */
#ifndef CAMELEER_AGENT_SETUP_H
#define CAMELEER_AGENT_SETUP_H

#include "libshared/base/ctx.h"

struct agent_tool { const char *name, *title, *text; };
extern const struct agent_tool agent_tools[];	/* ends with .name NULL */

/* Where the agents of a tenant report: https://HOST/t/<tenant>. */
const char *agent_endpoint(struct ctx *ctx, const char *base_url,
    const char *tenant);
/* The text for the tool, with the endpoint in it; no token is. */
const char *agent_tool_text(struct ctx *ctx, const struct agent_tool *tool,
    const char *endpoint);

#endif
