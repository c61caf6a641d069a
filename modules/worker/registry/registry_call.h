/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What registry.c and registry_upload.c share.
 */
#ifndef CAMELEER_REGISTRY_CALL_H
#define CAMELEER_REGISTRY_CALL_H

#include "libshared/doors/http.h"
#include "modules/worker/registry/registry.h"

#define REGISTRY_MS	10000		/* for all calls but uploads */
#define REGISTRY_WORDS	160		/* length of the registry's own text */

/* Makes a call without body; the path is below /v2/. */
enum err registry_ask(struct ctx *ctx, const struct registry *registry,
    const char *method, const char *path, struct http_response *r) must_check;
/* ERR_OK when the status is one of the two; 404 is ERR_NOT_FOUND. */
enum err registry_expect(struct ctx *ctx, const struct http_response *r,
    int status, int other, const char *what) must_check;
/* made comes from text_printf(); NULL is ERR_INTERNAL. */
enum err registry_path(struct ctx *ctx, const char *made, const char **path)
    must_check;
enum err registry_check(struct ctx *ctx, const char *repository) must_check;

#endif
