/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Kubernetes cluster as an operator describes it: for a tenant's manifests,
 * and for a place of kind kubernetes.
 */
#ifndef CAMELEER_MANIFEST_PLACE_H
#define CAMELEER_MANIFEST_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define MANIFEST_PEERS_MAX	8	/* in one list of a place */
#define MANIFEST_RANGES_MAX	32

/* Addresses, or pods by a label in a namespace: one of the two. */
struct manifest_peer {
	const char	*cidr;
	const char	*space, *label, *value;
};
struct manifest_peers {
	struct manifest_peer	rows[MANIFEST_PEERS_MAX];
	size_t			n;
};

/* A cluster, as an operator describes it (docs/kubernetes.md). */
struct manifest_place {
	const char	*name;		/* a DNS label */
	const char	*registry;	/* host, before every image */
	const char	*server_image, *pooler_image;	/* name@sha256:… */
	const char	*chart, *chart_version;	/* oci://…, the tag */
	bool		 chart_insecure;	/* plain HTTP */
	const char	*flux_namespace, *flux_repository, *flux_account;
	const char	*pod_security;	/* v1.36 */
	const char	*postgres_host, *postgres_name, *postgres_sslmode;
	const char	*postgres_ca;	/* PEM; NULL: not checked */
	int64_t		 postgres_port;
	struct manifest_peers dns, platform, postgres, opensearch;
	/* Ranges of nodes, pods and services: no part of the internet. */
	const char	*ranges[MANIFEST_RANGES_MAX];
	size_t		 nranges;
};

/* ERR_BAD_INPUT, place_invalid, with what is wrong; texts in ctx->mem. */
enum err manifest_place_read(struct ctx *ctx, struct str text,
    struct manifest_place *place) must_check;

#endif
