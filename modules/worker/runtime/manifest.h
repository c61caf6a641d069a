/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tenant is on Kubernetes, as files for a Git repository that Flux
 * applies.  Nothing here reads or writes anything: the same input gives the
 * same bytes, so a tenant that did not change makes no commit.
 *
 *   clusters/<place>/tenants/<slug>.yaml      two Flux Kustomizations
 *   tenants/<place>/<slug>/namespace/...      what only the platform may
 *       change: Namespace, quota, limits, RBAC, NetworkPolicies
 *   tenants/<place>/<slug>/workload/...       what an account of the tenant's
 *       namespace applies: the server's release, applications, sealed secrets
 *
 * A file holds JSON, which is YAML too, one document for each object.
 */
#ifndef CAMELEER_MANIFEST_H
#define CAMELEER_MANIFEST_H

#include "libshared/doors/crypto_rsa.h"
#include "modules/worker/runtime_types.h"

#define MANIFEST_PEERS_MAX	8	/* in one list of a place */
#define MANIFEST_RANGES_MAX	32
#define MANIFEST_DATABASE	"cameleer-pgbouncer"	/* Service, */
#define MANIFEST_DATABASE_PORT	6432			/* its port */
#define MANIFEST_SERVER		"cameleer-server"	/* Service */

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

struct manifest_app {
	struct runtime_app	 app;	/* without a callback in health */
	bool			 stopped;
};

struct manifest_tenant {
	struct runtime_tenant	 server;	/* its image is the place's */
	const char		*tier;
	const char		*role;		/* in PostgreSQL */
	const char		*password;	/* of this role */
	int64_t			 connections;	/* of its pool */
	int64_t			 apps_max;	/* running ones, by its tier */
	bool			 suspended;	/* nothing runs */
	const struct manifest_app *apps;
	size_t			 napps;
};

struct manifest_file { const char *path, *text; };
struct manifest_files { struct manifest_file *rows; size_t n; };

/*
 * Secrets are sealed for the holder of a certificate, bound to namespace and
 * name.  What was sealed before stays as it is when neither its content nor the
 * certificate changed: `key` is secret and tells, without being able to open
 * anything.
 */
struct manifest_seal {
	const struct rsa_certificate	*certificate;
	uint8_t				 key[SHA256_SIZE];
	const struct manifest_files	*before;	/* or NULL */
};

/*
 * All files of the tenant, sorted by path.  ERR_INVALID for a name or a value
 * that Kubernetes does not take, ERR_TOO_LARGE when ctx->mem is full.
 */
enum err manifest_build(struct ctx *ctx, const struct manifest_place *place,
    const struct manifest_tenant *tenant, const struct manifest_seal *seal,
    struct manifest_files *files) must_check;

#endif
