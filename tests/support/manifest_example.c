/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "tests/support/manifest_example.h"

#define FILE_MAX	((size_t)4 << 20)
#define SECRET(name, text)	{ (name), (text), sizeof(text) - 1 }

static const struct runtime_secret server_secrets[] = {
	SECRET("bootstrap-token", "bootstrap-token-of-the-example"),
	SECRET("db-password", "password-of-the-example"),
	SECRET("license", "eyJ0ZW5hbnRJZCI6ImFjbWUifQ==.c2lnbmF0dXJl"),
	SECRET("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n"),
	{ NULL, NULL, 0 }
};
static const struct runtime_secret app_secrets[] = {
	SECRET("bootstrap-token", "bootstrap-token-of-the-example"),
	{ NULL, NULL, 0 }
};

static const struct runtime_pair acme_env[] = {
	{ "CAMELEER_SERVER_TENANT_ID", "acme" },
	{ "SPRING_DATASOURCE_URL", "jdbc:postgresql://cameleer-pgbouncer:6432"
	    "/tenants?currentSchema=t_0011223344556677" },
	{ "SPRING_DATASOURCE_USERNAME", "t_0011223344556677" },
	{ NULL, NULL }
};
static const struct runtime_pair orders_env[] = {
	{ "CAMELEER_AGENT_APPLICATION", "orders" },
	{ "CAMELEER_AGENT_ENVIRONMENT", "prod" },
	{ NULL, NULL }
};
/* Values that other programs would take for something else. */
static const struct runtime_pair odd_env[] = {
	{ "GREETING", "\"Gr\xc3\xbc\xc3\x9f\" \\ ${HOME} {{ .Values }}" },
	{ "ANSWER", "no" },
	{ "LINES", "one\ntwo: three\n# four\ttab" },
	{ NULL, NULL }
};

#define ACME	"00000000-0000-7000-8000-0000000000a1"
#define GLOBEX	"00000000-0000-7000-8000-0000000000b2"
#define LIMITS(memory, cpu)	{ .memory_mb = (memory), .cpu_millis = (cpu) }

static const struct manifest_app acme_apps[] = {
	{ .app = { .tenant = { ACME }, .ref = { "acme", "prod", "orders" },
	    .generation = "0a1b2c3d", .release = 3,
	    .image = "acme/orders@" EXAMPLE_DIGEST, .env = orders_env,
	    .secrets = app_secrets, .limits = LIMITS(512, 1000) } },
};

static const struct manifest_app globex_apps[] = {
	{ .app = { .tenant = { GLOBEX }, .ref = { "globex", "dev", "orders" },
	    .generation = "00000001", .release = 12,
	    .image = "globex/orders@" EXAMPLE_DIGEST, .env = odd_env,
	    .secrets = app_secrets, .limits = LIMITS(512, 1000),
	    .health = { .check = "http", .port = 8080,
	    .path = "/health?full=1&x=\"y\"" } } },
	{ .app = { .tenant = { GLOBEX }, .ref = { "globex", "prod",
	    "invoices-2" }, .generation = "00000002", .release = 2,
	    .image = "globex/invoices-2@" EXAMPLE_DIGEST, .env = orders_env,
	    .secrets = app_secrets, .limits = LIMITS(2048, 2000),
	    .health = { .check = "tcp", .port = 9000 } } },
	{ .app = { .tenant = { GLOBEX }, .ref = { "globex", "prod",
	    "orders" }, .generation = "00000003", .release = 11,
	    .image = "globex/orders@" EXAMPLE_DIGEST, .env = orders_env,
	    .secrets = app_secrets, .limits = LIMITS(512, 1000) },
	    .stopped = true },
};

static const char shared_place[] = "{\"name\": \"shared1\","
    "\"registry\": \"registry.example:5000\","
    "\"server_image\": \"cameleer-server@" EXAMPLE_DIGEST "\","
    "\"pooler_image\": \"pgbouncer@" EXAMPLE_DIGEST "\","
    "\"chart\": \"oci://registry.example:5000/charts/cameleer-server\","
    "\"chart_version\": \"0.1.0\", \"flux_namespace\": \"flux-system\","
    "\"flux_repository\": \"fleet\","
    "\"flux_account\": \"kustomize-controller\","
    "\"pod_security\": \"v1.36\","
    "\"postgres_host\": \"pg.data.svc.cluster.local\","
    "\"postgres_port\": 5432, \"postgres_name\": \"tenants\","
    "\"postgres_sslmode\": \"require\","
    "\"dns\": [{\"namespace\": \"kube-system\","
    " \"pods\": {\"k8s-app\": \"kube-dns\"}}],"
    "\"platform\": [{\"namespace\": \"cameleer\"}],"
    "\"postgres\": [{\"namespace\": \"data\","
    " \"pods\": {\"app\": \"postgres\"}}],"
    "\"ranges\": [\"192.168.10.0/24\", \"100.64.8.0/22\"]}";

static const char own_place[] = "{\"name\": \"globex-eu\","
    "\"registry\": \"registry.globex.example\","
    "\"server_image\": \"cameleer-server@" EXAMPLE_DIGEST "\","
    "\"pooler_image\": \"pgbouncer@" EXAMPLE_DIGEST "\","
    "\"chart\": \"oci://127.0.0.1:5000/charts/cameleer-server\","
    "\"chart_insecure\": true, \"chart_version\": \"" EXAMPLE_DIGEST "\","
    "\"flux_namespace\": \"flux-system\", \"flux_repository\": \"fleet\","
    "\"flux_account\": \"kustomize-controller\","
    "\"pod_security\": \"v1.36\", \"postgres_host\": \"10.1.2.3\","
    "\"postgres_port\": 5433, \"postgres_name\": \"tenants\","
    "\"postgres_sslmode\": \"verify-full\", \"postgres_ca\":"
    " \"-----BEGIN CERTIFICATE-----\\nBBBB\\n-----END CERTIFICATE-----\\n\","
    "\"dns\": [{\"cidr\": \"10.250.0.1/32\"}],"
    "\"platform\": [{\"cidr\": \"198.51.100.7/32\"}],"
    "\"postgres\": [{\"cidr\": \"10.1.2.3/32\"}],"
    "\"opensearch\": [{\"namespace\": \"search\","
    " \"pods\": {\"app.kubernetes.io/name\": \"opensearch\"}}],"
    "\"ranges\": [\"10.244.0.0/16\", \"2a00:1234::/32\", \"fd00:1::/64\"]}";

const struct manifest_example manifest_examples[] = {
	{ "low", shared_place, { .server = { .id = { ACME }, .slug = "acme",
	    .env = acme_env, .secrets = server_secrets,
	    .limits = LIMITS(384, 1000), .tier = "low",
	    .role = "t_0011223344556677", .password = "password-of-acme",
	    .connections = 20, .apps_max = 10 }, .apps = acme_apps,
	    .napps = 1 } },
	{ "business", own_place, { .server = { .id = { GLOBEX },
	    .slug = "globex", .env = acme_env, .secrets = server_secrets,
	    .limits = LIMITS(1024, 2000), .tier = "business",
	    .role = "t_8899aabbccddeeff", .password = "password-of-globex",
	    .connections = 100, .apps_max = 2000 }, .apps = globex_apps,
	    .napps = 3 } },
	{ NULL, NULL, { .napps = 0 } }
};

struct str
example_read(struct ctx *ctx, const char *path)
{
	struct str text = { arena_get(ctx->mem, FILE_MAX), 0 };
	FILE *f = fopen(path, "r");

	if (f == NULL || text.p == NULL) {
		perror(path);
		exit(1);
	}
	text.len = fread((char *)(uintptr_t)text.p, 1, FILE_MAX - 1, f);
	(void)fclose(f);
	return text;
}

enum err
example_build(struct ctx *ctx, const struct manifest_example *example,
    const struct rsa_certificate *certificate,
    const struct manifest_files *before, struct manifest_files *files)
{
	struct manifest_seal seal = { .certificate = certificate,
	    .key = { 1, 2, 3 }, .before = before };
	struct manifest_place place;
	enum err e;

	if ((e = manifest_place_read(ctx, str_of(example->place), &place)) !=
	    ERR_OK)
		return e;
	return manifest_build(ctx, &place, &example->tenant, &seal, files);
}
