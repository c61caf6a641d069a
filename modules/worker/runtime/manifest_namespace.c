/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the platform applies and the tenant's account cannot change: the
 * Namespace under the restricted Pod Security profile, quota, limits and RBAC
 * (M3.8, T14).
 */
#include "config.h"

#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define POOLER_MEMORY_MB	64
#define FIXED_PODS		4	/* server and pool, twice in rollouts */
#define SURGE			4	/* one application in four rolls out */

static const struct manifest_kind space_kind = { "v1", "Namespace" };
static const struct manifest_kind quota_kind = { "v1", "ResourceQuota" };
static const struct manifest_kind limit_kind = { "v1", "LimitRange" };
static const struct manifest_kind account_kind = { "v1", "ServiceAccount" };
static const struct manifest_kind role_kind = {
	"rbac.authorization.k8s.io/v1", "Role" };
static const struct manifest_kind binding_kind = {
	"rbac.authorization.k8s.io/v1", "RoleBinding" };

static enum err
space_file(struct manifest *m)
{
	static const char *const modes[] = { "enforce", "audit", "warn" };
	struct json *list = json_array(m->ctx), *object, *labels;
	size_t i;

	object = manifest_object(m, &space_kind, NULL, m->space);
	labels = (struct json *)(uintptr_t)json_get(manifest_metadata(object),
	    "labels");
	json_put_text(labels, MANIFEST_TENANT_ID,
	    m->tenant->server.id.text);
	json_put_text(labels, "cameleer.io/tier", m->tenant->server.tier);
	for (i = 0; i < nitems(modes); i++) {
		json_put_text(labels, text_printf(m->ctx->mem,
		    "pod-security.kubernetes.io/%s", modes[i]), "restricted");
		json_put_text(labels, text_printf(m->ctx->mem,
		    "pod-security.kubernetes.io/%s-version", modes[i]),
		    m->place->pod_security);
	}
	json_add(list, object);
	return manifest_file_add(m, "namespace/namespace.yaml", list);
}

/* apps_limits - the largest application; the usual when there is none */
static struct runtime_limits
apps_limits(const struct manifest_tenant *tenant)
{
	struct runtime_limits most = { .memory_mb = 512, .cpu_millis = 1000 };
	const struct runtime_limits *one;
	size_t i;

	for (i = 0; i < tenant->napps; i++) {
		one = &tenant->apps[i].app.limits;
		if (one->memory_mb > most.memory_mb)
			most.memory_mb = one->memory_mb;
		if (one->cpu_millis > most.cpu_millis)
			most.cpu_millis = one->cpu_millis;
	}
	return most;
}

/* A rollout runs old and new side by side: without room it would hang. */
static enum err
quota_file(struct manifest *m)
{
	const struct manifest_tenant *t = m->tenant;
	const struct runtime_limits app = apps_limits(t);
	struct json *list = json_array(m->ctx), *spec, *hard;
	int64_t apps = t->server.apps_max +
	    t->server.apps_max / SURGE + 1;
	int64_t memory = apps * app.memory_mb + 2 *
	    (t->server.limits.memory_mb + POOLER_MEMORY_MB);
	int64_t cpu = apps * app.cpu_millis + 4 * t->server.limits.cpu_millis;

	json_add(list, manifest_spec(m, &quota_kind, "tenant", &spec));
	hard = manifest_member(m->ctx, spec, "hard");
	manifest_amount(m->ctx, hard, "limits.cpu", cpu, "m");
	manifest_amount(m->ctx, hard, "limits.memory", memory, "Mi");
	manifest_amount(m->ctx, hard, "requests.cpu", cpu, "m");
	manifest_amount(m->ctx, hard, "requests.memory", memory, "Mi");
	manifest_amount(m->ctx, hard, "pods", apps + FIXED_PODS, "");
	json_put_text(hard, "persistentvolumeclaims", "0");
	json_put_text(hard, "services.loadbalancers", "0");
	json_put_text(hard, "services.nodeports", "0");
	return manifest_file_add(m, "namespace/quota.yaml", list);
}

static void
limit_put(struct manifest *m, struct json *row, const char *key,
    const struct runtime_limits *limits)
{
	struct json *part = manifest_member(m->ctx, row, key);

	manifest_amount(m->ctx, part, "memory", limits->memory_mb, "Mi");
	manifest_amount(m->ctx, part, "cpu", limits->cpu_millis, "m");
}

static enum err
limits_file(struct manifest *m)
{
	const struct runtime_limits usual = { .memory_mb = 256,
	    .cpu_millis = 250 };
	struct runtime_limits most = apps_limits(m->tenant);
	struct json *list = json_array(m->ctx), *spec, *row;

	if (m->tenant->server.limits.memory_mb > most.memory_mb)
		most.memory_mb = m->tenant->server.limits.memory_mb;
	if (m->tenant->server.limits.cpu_millis > most.cpu_millis)
		most.cpu_millis = m->tenant->server.limits.cpu_millis;
	json_add(list, manifest_spec(m, &limit_kind, "tenant", &spec));
	row = manifest_row(m->ctx, manifest_list(m->ctx, spec, "limits"));
	json_put_text(row, "type", "Container");
	limit_put(m, row, "default", &usual);
	limit_put(m, row, "defaultRequest", &usual);
	limit_put(m, row, "max", &most);
	return manifest_file_add(m, "namespace/limits.yaml", list);
}

/* What one rule of a role allows; lists end with NULL. */
struct rule { const char *group, *resources[6]; bool write; };

static void
rule_put(struct manifest *m, struct json *rules, const struct rule *rule)
{
	static const char *const verbs[] = { "get", "list", "watch", "create",
	    "update", "patch", "delete" };
	struct json *row = manifest_row(m->ctx, rules), *list;
	size_t i, n = rule->write ? nitems(verbs) : 3;

	json_add_text(manifest_list(m->ctx, row, "apiGroups"), rule->group);
	list = manifest_list(m->ctx, row, "resources");
	for (i = 0; rule->resources[i] != NULL; i++)
		json_add_text(list, rule->resources[i]);
	list = manifest_list(m->ctx, row, "verbs");
	for (i = 0; i < n; i++)
		json_add_text(list, verbs[i]);
}

/* What Flux applies from the tenant's directory, as the tenant's account. */
static const struct rule apply_rules[] = {
	{ "", { "services", NULL }, true },
	{ "", { "pods", NULL }, false },
	{ "apps", { "deployments", NULL }, true },
	{ "apps", { "replicasets", NULL }, false },
	{ "policy", { "poddisruptionbudgets", NULL }, true },
	{ "bitnami.com", { "sealedsecrets", NULL }, true },
	{ "helm.toolkit.fluxcd.io", { "helmreleases", NULL }, true },
	{ "source.toolkit.fluxcd.io", { "ocirepositories", NULL }, true },
};

/* What the release of the chart needs; Helm keeps its state in Secrets. */
static const struct rule release_rules[] = {
	{ "", { "configmaps", "secrets", "serviceaccounts", "services", NULL },
	    true },
	{ "", { "pods", NULL }, false },
	{ "apps", { "deployments", NULL }, true },
	{ "apps", { "replicasets", NULL }, false },
	{ "policy", { "poddisruptionbudgets", NULL }, true },
};

/* An account, and its role in the tenant's namespace only. */
struct grant {
	const char		*space, *account;
	const struct rule	*rules;
	size_t			 nrules;
};

static void
grant_put(struct manifest *m, struct json *list, const struct grant *grant)
{
	struct json *object, *part;
	size_t i;

	object = manifest_object(m, &account_kind, grant->space,
	    grant->account);
	json_put_bool(object, "automountServiceAccountToken", false);
	json_add(list, object);
	object = manifest_object(m, &role_kind, m->space, grant->account);
	part = manifest_list(m->ctx, object, "rules");
	for (i = 0; i < grant->nrules; i++)
		rule_put(m, part, &grant->rules[i]);
	json_add(list, object);
	object = manifest_object(m, &binding_kind, m->space, grant->account);
	part = manifest_member(m->ctx, object, "roleRef");
	json_put_text(part, "apiGroup", "rbac.authorization.k8s.io");
	json_put_text(part, "kind", "Role");
	json_put_text(part, "name", grant->account);
	part = manifest_row(m->ctx, manifest_list(m->ctx, object,
	    "subjects"));
	json_put_text(part, "kind", "ServiceAccount");
	json_put_text(part, "name", grant->account);
	json_put_text(part, "namespace", grant->space);
	json_add(list, object);
}

/* The account that every pod would have by default gets no token. */
static enum err
access_file(struct manifest *m)
{
	const struct grant grants[] = {
		{ m->place->flux_namespace, m->account, apply_rules,
		    nitems(apply_rules) },
		{ m->space, "flux-tenant", release_rules,
		    nitems(release_rules) },
	};
	struct json *list = json_array(m->ctx), *object;
	size_t i;

	object = manifest_object(m, &account_kind, m->space, "default");
	json_put_bool(object, "automountServiceAccountToken", false);
	json_add(list, object);
	for (i = 0; i < nitems(grants); i++)
		grant_put(m, list, &grants[i]);
	return manifest_file_add(m, "namespace/access.yaml", list);
}

enum err
manifest_namespace(struct manifest *m)
{
	enum err e;

	if ((e = space_file(m)) != ERR_OK || (e = quota_file(m)) != ERR_OK ||
	    (e = limits_file(m)) != ERR_OK)
		return e;
	return access_file(m);
}
