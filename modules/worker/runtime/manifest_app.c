/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An application in one environment: Deployment, Service, PodDisruptionBudget,
 * its sealed secrets, and its NetworkPolicy beside those of the namespace.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define STARTUP_PERIOD_S	5
#define STARTUP_FAILURES	120	/* ten minutes, as on the engine */
#define STOPPING_S		30
#define DIGEST_SHORT		16
#define INSTANCE_VARIABLE	"CAMELEER_AGENT_INSTANCEID"

static const struct manifest_kind deployment_kind = { "apps/v1",
    "Deployment" };
static const struct manifest_kind service_kind = { "v1", "Service" };
static const struct manifest_kind budget_kind = { "policy/v1",
    "PodDisruptionBudget" };
static const struct manifest_kind policy_kind = { "networking.k8s.io/v1",
    "NetworkPolicy" };

static void
selector_put(struct manifest *m, struct json *object, const char *key,
    const struct runtime_ref *ref)
{
	struct json *labels = manifest_member(m->ctx, object, key);

	json_put_text(labels, ROLE_LABEL, ROLE_APP);
	json_put_text(labels, "cameleer.io/app", ref->name);
	json_put_text(labels, "cameleer.io/environment", ref->environment);
}

static int64_t
health_port(const struct runtime_health *health)
{
	bool named = health->check != NULL &&
	    (strcmp(health->check, "http") == 0 ||
	    strcmp(health->check, "tcp") == 0);

	return named ? health->port : RUNTIME_HEALTH_PORT;
}

/*
 * probe_put - asks the page, or the port, as the health check names it.  What
 * ends a pod asks the port only: a page that is unwell, because something else
 * is, would not get better by a restart.
 */
static void
probe_put(struct manifest *m, struct json *container, const char *name,
    const struct runtime_health *health, int64_t failures)
{
	bool http = (health->check == NULL || strcmp(health->check,
	    "http") == 0) && strcmp(name, "livenessProbe") != 0;
	struct json *probe = manifest_member(m->ctx, container, name), *ask;

	ask = manifest_member(m->ctx, probe, http ? "httpGet" : "tcpSocket");
	json_put_int(ask, "port", health_port(health));
	if (http)
		json_put_text(ask, "path", health->check == NULL ?
		    RUNTIME_HEALTH_PATH : health->path);
	json_put_int(probe, "periodSeconds", STARTUP_PERIOD_S);
	json_put_int(probe, "timeoutSeconds", 3);
	json_put_int(probe, "failureThreshold", failures);
}

/*
 * probes_put - none for an application whose agent alone tells, or nobody: the
 * platform asks the server
 */
static void
probes_put(struct manifest *m, struct json *container,
    const struct runtime_health *health)
{
	if (health->check != NULL && strcmp(health->check, "http") != 0 &&
	    strcmp(health->check, "tcp") != 0)
		return;
	probe_put(m, container, "startupProbe", health, STARTUP_FAILURES);
	probe_put(m, container, "readinessProbe", health, 3);
	probe_put(m, container, "livenessProbe", health, 12);
}

/* env_put - an agent without a name is known by its pod, one of its kind */
static void
env_put(struct manifest *m, struct json *container,
    const struct runtime_pair *env)
{
	struct json *list = manifest_list(m->ctx, container, "env"), *row;
	bool named = false;

	for (; env != NULL && env->name != NULL; env++) {
		row = manifest_row(m->ctx, list);
		json_put_text(row, "name", env->name);
		json_put_text(row, "value", env->value);
		named = named || strcmp(env->name, INSTANCE_VARIABLE) == 0;
	}
	if (named)
		return;
	row = manifest_row(m->ctx, list);
	json_put_text(row, "name", INSTANCE_VARIABLE);
	manifest_pair(m->ctx, manifest_member(m->ctx, row, "valueFrom"),
	    "fieldRef", &(const struct runtime_pair){ "fieldPath",
	    "metadata.name" });
}

static void
volumes_put(struct manifest *m, struct json *pod, struct json *container,
    const char *secret)
{
	struct json *list = manifest_list(m->ctx, pod, "volumes"), *row, *part;

	row = manifest_row(m->ctx, list);
	json_put_text(row, "name", "tmp");
	manifest_amount(m->ctx, manifest_member(m->ctx, row, "emptyDir"),
	    "sizeLimit", MANIFEST_TMP_MB, "Mi");
	row = manifest_row(m->ctx, list);
	json_put_text(row, "name", "secrets");
	part = manifest_member(m->ctx, row, "secret");
	json_put_text(part, "secretName", secret);
	json_put_int(part, "defaultMode", 0440);
	list = manifest_list(m->ctx, container, "volumeMounts");
	row = manifest_row(m->ctx, list);
	json_put_text(row, "name", "tmp");
	json_put_text(row, "mountPath", "/tmp");
	row = manifest_row(m->ctx, list);
	json_put_text(row, "name", "secrets");
	json_put_text(row, "mountPath", RUNTIME_SECRETS_DIR);
	json_put_bool(row, "readOnly", true);
}

static void
pod_put(struct manifest *m, struct json *template,
    const struct manifest_app *app, const char *secret)
{
	struct json *pod = manifest_member(m->ctx, template, "spec");
	struct json *container, *row;

	manifest_secure_pod(m->ctx, pod);
	json_put_int(pod, "terminationGracePeriodSeconds", STOPPING_S);
	container = manifest_row(m->ctx, manifest_list(m->ctx, pod,
	    "containers"));
	json_put_text(container, "name", "app");
	json_put_text(container, "image", manifest_image(m, app->app.image));
	json_put_text(container, "imagePullPolicy", "Always");
	manifest_secure_container(m->ctx, container);
	manifest_resources(m->ctx, container, &app->app.limits);
	row = manifest_row(m->ctx, manifest_list(m->ctx, container, "ports"));
	json_put_text(row, "name", "health");
	json_put_int(row, "containerPort", health_port(&app->app.health));
	probes_put(m, container, &app->app.health);
	env_put(m, container, app->app.env);
	volumes_put(m, pod, container, secret);
}

/* A new release starts beside the old one, which ends when it is ready. */
static void
rolling_put(struct manifest *m, struct json *spec)
{
	struct json *strategy = manifest_member(m->ctx, spec, "strategy");
	struct json *part;

	json_put_text(strategy, "type", "RollingUpdate");
	part = manifest_member(m->ctx, strategy, "rollingUpdate");
	json_put_int(part, "maxSurge", 1);
	json_put_int(part, "maxUnavailable", 0);
}

/*
 * What kube-score need not say: there is one pod, as on the engine, and a port
 * can be asked in one way only.
 */
static struct json *
deployment_new(struct manifest *m, struct json *list, const char *name,
    const struct runtime_health *health)
{
	bool page = health->check == NULL || strcmp(health->check,
	    "http") == 0;
	struct json *spec, *object = manifest_spec(m, &deployment_kind, name,
	    &spec);

	json_add(list, object);
	json_put_text((struct json *)(uintptr_t)json_get(
	    manifest_metadata(object), "annotations"), "kube-score/ignore",
	    page ? "deployment-replicas" : "deployment-replicas,pod-probes");
	return spec;
}

static void
deployment_put(struct manifest *m, struct json *list,
    const struct manifest_app *app, const char *digest)
{
	const struct runtime_ref *ref = &app->app.ref;
	const char *name = manifest_app_name(m->ctx, ref);
	struct json *spec, *template, *metadata, *notes;

	spec = deployment_new(m, list, name, &app->app.health);
	json_put_int(spec, "replicas", m->tenant->suspended || app->stopped ?
	    0 : 1);
	json_put_int(spec, "revisionHistoryLimit", 3);
	json_put_int(spec, "progressDeadlineSeconds", STARTUP_PERIOD_S *
	    STARTUP_FAILURES + 60);
	rolling_put(m, spec);
	selector_put(m, manifest_member(m->ctx, spec, "selector"),
	    "matchLabels", ref);
	template = manifest_member(m->ctx, spec, "template");
	metadata = manifest_member(m->ctx, template, "metadata");
	selector_put(m, metadata, "labels", ref);
	notes = manifest_member(m->ctx, metadata, "annotations");
	manifest_amount(m->ctx, notes, MANIFEST_RELEASE,
	    app->app.release, "");
	json_put_text(notes, MANIFEST_GENERATION, app->app.generation);
	json_put_text(notes, "cameleer.io/secrets", text_printf(m->ctx->mem,
	    "%.*s", DIGEST_SHORT, digest));
	pod_put(m, template, app, name);
}

static void
service_put(struct manifest *m, struct json *list,
    const struct manifest_app *app)
{
	struct json *spec, *row;

	json_add(list, manifest_spec(m, &service_kind, manifest_app_name(
	    m->ctx, &app->app.ref), &spec));
	json_put_text(spec, "type", "ClusterIP");
	selector_put(m, spec, "selector", &app->app.ref);
	row = manifest_row(m->ctx, manifest_list(m->ctx, spec, "ports"));
	json_put_text(row, "name", "health");
	json_put_int(row, "port", health_port(&app->app.health));
	json_put_text(row, "targetPort", "health");
}

/* A node may always be emptied: one pod is all that there is. */
static void
budget_put(struct manifest *m, struct json *list,
    const struct manifest_app *app)
{
	struct json *spec;

	json_add(list, manifest_spec(m, &budget_kind, manifest_app_name(m->ctx,
	    &app->app.ref), &spec));
	json_put_int(spec, "maxUnavailable", 1);
	selector_put(m, manifest_member(m->ctx, spec, "selector"),
	    "matchLabels", &app->app.ref);
}

/* Applications of one environment may call each other, as on the engine. */
static enum err
policy_file(struct manifest *m, const struct manifest_app *app)
{
	const char *name = manifest_app_name(m->ctx, &app->app.ref);
	const struct runtime_pair peer = { "cameleer.io/environment",
	    app->app.ref.environment };
	struct json *list = json_array(m->ctx), *spec, *types, *way;

	json_add(list, manifest_spec(m, &policy_kind, name, &spec));
	selector_put(m, manifest_member(m->ctx, spec, "podSelector"),
	    "matchLabels", &app->app.ref);
	types = manifest_list(m->ctx, spec, "policyTypes");
	json_add_text(types, "Ingress");
	json_add_text(types, "Egress");
	way = manifest_list(m->ctx, manifest_row(m->ctx, manifest_list(m->ctx,
	    spec, "ingress")), "from");
	manifest_pair(m->ctx, manifest_member(m->ctx, manifest_row(m->ctx,
	    way), "podSelector"), "matchLabels", &peer);
	way = manifest_list(m->ctx, manifest_row(m->ctx, manifest_list(m->ctx,
	    spec, "egress")), "to");
	manifest_pair(m->ctx, manifest_member(m->ctx, manifest_row(m->ctx,
	    way), "podSelector"), "matchLabels", &peer);
	return manifest_file_add(m, text_printf(m->ctx->mem,
	    "namespace/network-%s.yaml", name), list);
}

enum err
manifest_app(struct manifest *m, const struct manifest_app *app)
{
	const char *name = manifest_app_name(m->ctx, &app->app.ref), *digest;
	struct json *list = json_array(m->ctx);
	enum err e;

	if ((e = manifest_sealed(m, name, app->app.secrets, &digest)) !=
	    ERR_OK || (e = policy_file(m, app)) != ERR_OK)
		return e;
	deployment_put(m, list, app, digest);
	service_put(m, list, app);
	budget_put(m, list, app);
	return manifest_file_add(m, text_printf(m->ctx->mem,
	    "workload/%s.yaml", name), list);
}
