/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The specification of a container: limits, mounts, capabilities.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/engine/engine_call.h"
#include "modules/worker/tar.h"

#define SECRETS_MAX	16
#define SECRETS_SIZE_MAX	((size_t)1 << 20)
#define PIDS_PRESET	512
#define TMP_MB_PRESET	256
#define LIMIT_MB_MAX	(INT64_C(1) << 20)
#define FILES_OPEN	16384
/*
 * RLIMIT_NPROC counts all processes of a uid on the host, and all containers
 * have the same uid, so PidsLimit is the real limit.  RLIMIT_NPROC must be set
 * anyway: the engine's default of 1024 would also count across containers.
 */
#define NPROC		32768

static struct json *
ulimit_json(struct ctx *ctx, const char *name, int64_t value)
{
	struct json *object = json_object(ctx);

	json_put_text(object, "Name", name);
	json_put_int(object, "Soft", value);
	json_put_int(object, "Hard", value);
	return object;
}

static struct json *
one_text(struct ctx *ctx, const char *text)
{
	struct json *array = json_array(ctx);

	json_add_text(array, text);
	return array;
}

/*
 * put_tmpfs - sets a size: Podman gives read-only containers a writable /run,
 * /var/tmp and /dev/shm without one.  Native libraries are unpacked to /tmp, so
 * it is not noexec.
 */
static enum err
put_tmpfs(struct ctx *ctx, const struct engine_spec *spec, struct json *host)
{
	int64_t mb = spec->limits.tmp_mb > 0 ? spec->limits.tmp_mb :
	    TMP_MB_PRESET;
	struct json *tmpfs = json_object(ctx);
	const char *text = text_printf(ctx->mem,
	    "rw,nosuid,nodev,mode=1777,size=%lldm", (long long)mb);

	if (text == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	json_put_text(tmpfs, "/tmp", text);
	json_put_text(tmpfs, "/var/tmp", "rw,nosuid,nodev,noexec,mode=1777,"
	    "size=16m");
	json_put_text(tmpfs, "/run", "rw,nosuid,nodev,noexec,mode=0755,"
	    "size=1m");
	json_put_text(tmpfs, RUNTIME_SECRETS_DIR, "ro,nosuid,nodev,noexec,"
	    "mode=0755,size=2m");
	json_put(host, "Tmpfs", tmpfs);
	return ERR_OK;
}

static void
put_limits(struct ctx *ctx, const struct engine_spec *spec, struct json *host)
{
	int64_t bytes = spec->limits.memory_mb << 20;
	struct json *ulimits = json_array(ctx);

	json_put_int(host, "Memory", bytes);
	json_put_int(host, "MemorySwap", bytes);	/* same: no swap */
	json_put_int(host, "NanoCpus", spec->limits.cpu_millis * 1000000);
	json_put_int(host, "PidsLimit", spec->limits.pids > 0 ?
	    spec->limits.pids : PIDS_PRESET);
	json_put_int(host, "ShmSize", INT64_C(16) << 20);
	json_add(ulimits, ulimit_json(ctx, "nofile", FILES_OPEN));
	json_add(ulimits, ulimit_json(ctx, "nproc", NPROC));
	json_add(ulimits, ulimit_json(ctx, "core", 0));
	json_put(host, "Ulimits", ulimits);
}

static enum err
put_host(struct ctx *ctx, const struct engine_spec *spec, struct json *root)
{
	struct json *host = json_object(ctx), *restart = json_object(ctx);
	struct json *logs = json_object(ctx), *options = json_object(ctx);
	enum err e;

	json_put_text(host, "NetworkMode", spec->network);
	json_put_bool(host, "ReadonlyRootfs", true);
	json_put_bool(host, "Privileged", false);
	json_put_bool(host, "PublishAllPorts", false);
	json_put(host, "CapDrop", one_text(ctx, "ALL"));
	json_put(host, "SecurityOpt", one_text(ctx, "no-new-privileges"));
	json_put_text(host, "IpcMode", "private");
	put_limits(ctx, spec, host);
	if ((e = put_tmpfs(ctx, spec, host)) != ERR_OK)
		return e;
	json_put_text(restart, "Name", "on-failure");
	json_put_int(restart, "MaximumRetryCount", spec->restarts_max);
	json_put(host, "RestartPolicy", restart);
	json_put_text(options, "max-size", "10m");
	json_put_text(logs, "Type", "json-file");
	json_put(logs, "Config", options);
	json_put(host, "LogConfig", logs);
	json_put(root, "HostConfig", host);
	return ERR_OK;
}

/*
 * put_network - names the address in two places: Docker before API 1.44 reads
 * the one of the root, Podman the other
 */
static void
put_network(struct ctx *ctx, const struct engine_spec *spec, struct json *root)
{
	struct json *config = json_object(ctx), *ends = json_object(ctx);
	struct json *end = json_object(ctx);

	if (spec->alias != NULL)
		json_put(end, "Aliases", one_text(ctx, spec->alias));
	if (spec->mac != NULL) {
		json_put_text(end, "MacAddress", spec->mac);
		json_put_text(root, "MacAddress", spec->mac);
	}
	json_put(ends, spec->network, end);
	json_put(config, "EndpointsConfig", ends);
	json_put(root, "NetworkingConfig", config);
}

static enum err
put_env(struct ctx *ctx, const struct engine_spec *spec, struct json *root)
{
	const struct runtime_pair *pair;
	struct json *env = json_array(ctx);
	const char *line;

	for (pair = spec->env; pair != NULL && pair->name != NULL; pair++) {
		if (pair->name[0] == '\0' || strchr(pair->name, '=') != NULL)
			return fail(ctx, ERR_INVALID, "env_invalid",
			    "'%s' is not the name of a variable", pair->name);
		line = text_printf(ctx->mem, "%s=%s", pair->name,
		    pair->value);
		if (line == NULL)
			return fail(ctx, ERR_INTERNAL, NULL, "no memory");
		json_add_text(env, line);
	}
	json_put(root, "Env", env);
	return ERR_OK;
}

static enum err
spec_body(struct ctx *ctx, const struct engine_spec *spec, struct json **body)
{
	struct json *root = json_object(ctx), *health = json_object(ctx);
	const struct runtime_pair *label;
	struct json *labels = json_object(ctx);
	const char *user = text_printf(ctx->mem, "%d:%d", ENGINE_USER,
	    ENGINE_USER);
	enum err e;

	if (user == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	json_put_text(root, "Image", spec->image);
	json_put_text(root, "User", user);	/* overrides the image */
	json_put_int(root, "StopTimeout", ENGINE_STOP_GRACE_S);
	/* Podman's health checks need systemd: we probe from outside. */
	json_put(health, "Test", one_text(ctx, "NONE"));
	json_put(root, "Healthcheck", health);
	for (label = spec->labels; label->name != NULL; label++)
		json_put_text(labels, label->name, label->value);
	json_put(root, "Labels", labels);
	if ((e = put_env(ctx, spec, root)) != ERR_OK ||
	    (e = put_host(ctx, spec, root)) != ERR_OK)
		return e;
	put_network(ctx, spec, root);
	*body = root;
	return ERR_OK;
}

enum err
engine_create(struct ctx *ctx, const struct engine *engine,
    const struct engine_spec *spec)
{
	struct engine_call call = { .method = "POST", .good = { 201 },
	    .what = "create a container" };
	struct http_response r;
	enum err e;

	if (!engine_name_valid(spec->name) ||
	    !engine_name_valid(spec->network) ||
	    (spec->alias != NULL && !engine_name_valid(spec->alias)))
		return fail(ctx, ERR_INTERNAL, NULL,
		    "'%s' is not a name for a container", spec->name);
	if (spec->limits.memory_mb < 16 ||
	    spec->limits.memory_mb > LIMIT_MB_MAX ||
	    spec->limits.cpu_millis < 10 ||
	    spec->limits.cpu_millis > LIMIT_MB_MAX ||
	    spec->limits.tmp_mb < 0 || spec->limits.tmp_mb > LIMIT_MB_MAX ||
	    spec->limits.pids < 0 || spec->limits.pids > NPROC)
		return fail(ctx, ERR_INVALID, "limits_invalid",
		    "memory or CPU limit is missing or out of range");
	if ((e = engine_path(ctx, &call.path, ENGINE_API
	    "/containers/create?name=%s", spec->name)) != ERR_OK ||
	    (e = spec_body(ctx, spec, &call.body)) != ERR_OK)
		return e;
	e = engine_do(ctx, engine, &call, &r);
	/* Docker answers 409, Podman 500 with this sentence */
	if (e == ERR_PEER && ctx->fault.detail != NULL &&
	    strstr(ctx->fault.detail, "already in use") != NULL)
		return ctx->fault.err = ERR_CONFLICT;
	return e;
}

static bool
secret_name_valid(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return name[0] != '.' && len > 0 && len <= 64 && name[len] == '\0';
}

static enum err
secrets_tar(struct ctx *ctx, const struct runtime_secret *secret,
    struct tar *tar)
{
	struct tar_file files[SECRETS_MAX + 2] = {
		TAR_DIRECTORY("run/"), TAR_DIRECTORY("run/secrets/"),
	};
	size_t n = 2, total = 0;

	for (; secret != NULL && secret->name != NULL; secret++) {
		total += secret->len;
		if (n == nitems(files) || total > SECRETS_SIZE_MAX ||
		    !secret_name_valid(secret->name))
			return fail(ctx, ERR_INVALID, "secret_invalid",
			    "secret '%s' cannot be a file", secret->name);
		files[n] = (struct tar_file){ .mode = 0400,
		    .owner = ENGINE_USER, .fd = -1, .data = secret->data,
		    .size = (int64_t)secret->len };
		files[n].name = text_printf(ctx->mem, "%s/%s",
		    &RUNTIME_SECRETS_DIR[1], secret->name);
		if (files[n++].name == NULL)
			return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	}
	return tar_begin(ctx, files, n, tar);
}

/*
 * engine_secrets - puts the files into the container's own layer.  At each
 * start, also after a restart, the tmpfs that is mounted over them takes a copy
 * (Podman's tmpcopyup).
 */
enum err
engine_secrets(struct ctx *ctx, const struct engine *engine, const char *name,
    const struct runtime_secret *secrets)
{
	static const struct http_header headers[] = {
		{ "Content-Type", "application/x-tar" }, { NULL, NULL },
	};
	struct tar tar;
	struct http_request rq = { HTTP_DEFAULTS, .method = "PUT",
	    .headers = headers,
	    .policy = HTTP_CONFIGURED, .max_body = (size_t)64 << 10,
	    .timeout_ms = 15000, .source = tar_read, .source_arg = &tar };
	struct http_response r;
	enum err e;

	if (!engine_name_valid(name))
		return fail(ctx, ERR_INTERNAL, NULL, "'%s' is not a name",
		    name);
	if ((e = job_still(ctx)) != ERR_OK ||
	    (e = secrets_tar(ctx, secrets, &tar)) != ERR_OK ||
	    (e = engine_path(ctx, &rq.url, ENGINE_API
	    "/containers/%s/archive?path=%%2F", name)) != ERR_OK)
		return e;
	rq.body_len = (size_t)tar.size;
	engine_aim(ctx, engine, &rq);
	if ((e = http_call(ctx, &rq, &r)) != ERR_OK)
		return e;
	return r.status == 200 ? ERR_OK : engine_failed(ctx,
	    "hand over secrets", &r);
}
