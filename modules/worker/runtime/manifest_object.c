/* SPDX-License-Identifier: Apache-2.0 */
/* What the objects of a tenant have in common. */
#include "config.h"

#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define CPU_SHARE	4	/* a container asks for a part of its limit */

struct json *
manifest_member(struct ctx *ctx, struct json *object, const char *key)
{
	struct json *made = json_object(ctx);

	json_put(object, key, made);
	return made;
}

struct json *
manifest_list(struct ctx *ctx, struct json *object, const char *key)
{
	struct json *made = json_array(ctx);

	json_put(object, key, made);
	return made;
}

struct json *
manifest_row(struct ctx *ctx, struct json *list)
{
	struct json *made = json_object(ctx);

	json_add(list, made);
	return made;
}

void
manifest_pair(struct ctx *ctx, struct json *object, const char *name,
    const struct runtime_pair *pair)
{
	json_put_text(manifest_member(ctx, object, name), pair->name,
	    pair->value);
}

/* A part of a tree that was just built is ours to change. */
struct json *
manifest_metadata(struct json *object)
{
	return (struct json *)(uintptr_t)json_get(object, "metadata");
}

struct json *
manifest_object(struct manifest *m, const struct manifest_kind *kind,
    const char *space, const char *name)
{
	struct json *object = json_object(m->ctx), *metadata, *part;

	json_put_text(object, "apiVersion", kind->version);
	json_put_text(object, "kind", kind->kind);
	metadata = manifest_member(m->ctx, object, "metadata");
	json_put_text(metadata, "name", name);
	if (space != NULL)
		json_put_text(metadata, "namespace", space);
	part = manifest_member(m->ctx, metadata, "labels");
	json_put_text(part, "app.kubernetes.io/managed-by", "cameleer");
	json_put_text(part, "cameleer.io/tenant", m->slug);
	part = manifest_member(m->ctx, metadata, "annotations");
	/* A value of a customer may hold ${...}. */
	json_put_text(part, "kustomize.toolkit.fluxcd.io/substitute",
	    "disabled");
	return object;
}

struct json *
manifest_spec(struct manifest *m, const struct manifest_kind *kind,
    const char *name, struct json **spec)
{
	struct json *object = manifest_object(m, kind, m->space, name);

	*spec = manifest_member(m->ctx, object, "spec");
	return object;
}

void
manifest_amount(struct ctx *ctx, struct json *object, const char *key,
    int64_t amount, const char *unit)
{
	json_put_text(object, key, text_printf(ctx->mem, "%lld%s",
	    (long long)amount, unit));
}

/* A container gets the memory that it asks for, and more of the processor. */
void
manifest_resources(struct ctx *ctx, struct json *object,
    const struct runtime_limits *limits)
{
	struct json *resources = manifest_member(ctx, object, "resources");
	struct json *part = manifest_member(ctx, resources, "limits");

	manifest_amount(ctx, part, "memory", limits->memory_mb, "Mi");
	manifest_amount(ctx, part, "cpu", limits->cpu_millis, "m");
	manifest_amount(ctx, part, "ephemeral-storage", MANIFEST_DISK_MB,
	    "Mi");
	part = manifest_member(ctx, resources, "requests");
	manifest_amount(ctx, part, "memory", limits->memory_mb, "Mi");
	manifest_amount(ctx, part, "cpu", limits->cpu_millis / CPU_SHARE, "m");
	manifest_amount(ctx, part, "ephemeral-storage", MANIFEST_TMP_MB,
	    "Mi");
}

void
manifest_secure_pod(struct ctx *ctx, struct json *pod)
{
	const struct runtime_pair seccomp = { "type", "RuntimeDefault" };
	struct json *context;

	json_put_bool(pod, "automountServiceAccountToken", false);
	json_put_bool(pod, "enableServiceLinks", false);
	context = manifest_member(ctx, pod, "securityContext");
	json_put_bool(context, "runAsNonRoot", true);
	json_put_int(context, "runAsUser", MANIFEST_USER);
	json_put_int(context, "runAsGroup", MANIFEST_USER);
	json_put_int(context, "fsGroup", MANIFEST_USER);
	manifest_pair(ctx, context, "seccompProfile", &seccomp);
}

void
manifest_secure_container(struct ctx *ctx, struct json *container)
{
	struct json *context = manifest_member(ctx, container,
	    "securityContext");
	struct json *capabilities = manifest_member(ctx, context,
	    "capabilities");

	json_add_text(manifest_list(ctx, capabilities, "drop"), "ALL");
	json_put_bool(context, "allowPrivilegeEscalation", false);
	json_put_bool(context, "privileged", false);
	json_put_bool(context, "readOnlyRootFilesystem", true);
	json_put_bool(context, "runAsNonRoot", true);
	json_put_int(context, "runAsUser", MANIFEST_USER);
	json_put_int(context, "runAsGroup", MANIFEST_USER);
}

const char *
manifest_image(struct manifest *m, const char *image)
{
	return text_printf(m->ctx->mem, "%s/%s", m->place->registry, image);
}

const char *
manifest_space(struct ctx *ctx, const char *slug)
{
	return text_printf(ctx->mem, "t-%s", slug);
}

/* An environment has no hyphen, so no two applications share a name. */
const char *
manifest_app_name(struct ctx *ctx, const struct runtime_ref *ref)
{
	return text_printf(ctx->mem, "app-%s-%s", ref->environment, ref->name);
}
