/* SPDX-License-Identifier: Apache-2.0 */
/* What a tenant's server is told, and when it was. */
#ifndef CAMELEER_TENANT_TOLD_H
#define CAMELEER_TENANT_TOLD_H

#include "libshared/base/ctx.h"

struct tenant;

struct server_conf { const char *server_image, *internal_url, *ca_file; };
const struct server_conf *tenant_server_conf(void);

/*
 * What the server is told when it starts, and is the same for all tenants:
 * [{item, way, digest}] as JSON.
 */
enum err tenant_told_common(struct ctx *ctx, const char **items) must_check;
/* Records all that this server knows now, with this licence. */
enum err tenant_told_record(struct ctx *ctx, const struct tenant *tenant,
    const char *license) must_check;
/* Records that it knows this licence. */
enum err tenant_told_license(struct ctx *ctx, const struct tenant *tenant,
    const char *license) must_check;
/* Tells it its licence while it runs; ERR_PEER: it does not take it. */
enum err tenant_server_license(struct ctx *ctx, const struct tenant *tenant,
    const char *upstream, const char *license) must_check;
/* Ensures it and waits until it is ready; *upstream is ADDRESS:PORT. */
enum err tenant_server_settle(struct ctx *ctx, const struct tenant *tenant,
    const char **upstream) must_check;

#endif
