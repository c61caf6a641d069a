/* SPDX-License-Identifier: Apache-2.0 */
/* How an agent outside of the platform is set up. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/proto/agent_setup.h"

#include "templates/agents/compose.txt.h"
#include "templates/agents/docker.txt.h"
#include "templates/agents/gradle.txt.h"
#include "templates/agents/java.txt.h"
#include "templates/agents/kubernetes.txt.h"
#include "templates/agents/maven.txt.h"
#include "templates/agents/systemd.txt.h"

#define MARK		"{{endpoint}}"
#define TEXT_MAX	4096

const struct agent_tool agent_tools[] = {
	{ "java", "Java, by hand", template_agents_java_txt },
	{ "docker", "Docker", template_agents_docker_txt },
	{ "compose", "Docker Compose", template_agents_compose_txt },
	{ "maven", "Maven", template_agents_maven_txt },
	{ "gradle", "Gradle", template_agents_gradle_txt },
	{ "systemd", "systemd", template_agents_systemd_txt },
	{ "kubernetes", "Kubernetes", template_agents_kubernetes_txt },
	{ NULL, NULL, NULL },
};

const char *
agent_endpoint(struct ctx *ctx, const char *base_url, const char *tenant)
{
	return text_printf(ctx->mem, "%s/t/%s", base_url, tenant);
}

const char *
agent_tool_text(struct ctx *ctx, const struct agent_tool *tool,
    const char *endpoint)
{
	const char *rest = tool->text, *at;
	struct buf text;

	buf_init(&text, ctx->mem, TEXT_MAX);
	while ((at = strstr(rest, MARK)) != NULL) {
		buf_put(&text, rest, (size_t)(at - rest));
		buf_text(&text, endpoint);
		rest = at + sizeof(MARK) - 1;
	}
	buf_text(&text, rest);
	return text.full ? NULL : text.p;
}
