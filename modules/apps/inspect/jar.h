/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a JAR says about itself, read without executing anything of it.
 */
#ifndef CAMELEER_JAR_H
#define CAMELEER_JAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "modules/apps/inspect/jar_secret.h"

#define JAR_TEXT_MAX		256	/* with the NUL, like those below */
#define JAR_VERSION_MAX		64
#define JAR_COMPONENT_MAX	48
#define JAR_COMPONENTS_MAX	160
#define JAR_FINDINGS_MAX	64
#define JAR_FINGERPRINT_MAX	33

enum jar_kind { JAR_CAMEL_MAIN, JAR_SPRING_BOOT, JAR_QUARKUS, JAR_KIND__MAX };

struct jar_finding {
	enum jar_secret	 kind;
	uint32_t	 line;		/* 0: not a text */
	/* of what refuses a JAR, in hex; else empty */
	char		 fingerprint[JAR_FINGERPRINT_MAX];
	char		 entry[JAR_TEXT_MAX];	/* printable */
};

/* Holds no pointer: it crosses a pipe as it is. */
struct jar_facts {
	enum jar_kind	 kind;
	uint32_t	 entries;	/* of the outer archive */
	uint32_t	 nested;	/* JARs stored in it that were read */
	uint32_t	 java_level;	/* 17: what its classes need; or 0 */
	uint32_t	 ncomponents;
	uint32_t	 components_seen;	/* may be more than are named */
	uint32_t	 nfindings;
	uint32_t	 findings_seen;
	uint32_t	 refusals;	/* findings that refuse the JAR */
	bool		 observability;	/* camel-observability-services */
	bool		 scan_cut;	/* some text was too long to look at */
	bool		 script;	/* it begins with a launch script */
	uint32_t	 twice;		/* names that stand more than once */
	char		 twice_first[JAR_TEXT_MAX];	/* one of them */
	char		 main_class[JAR_TEXT_MAX];
	char		 camel_version[JAR_VERSION_MAX];	/* or empty */
	/* of Spring Boot or Quarkus, or empty */
	char		 runtime_version[JAR_VERSION_MAX];
	char		 components[JAR_COMPONENTS_MAX][JAR_COMPONENT_MAX];
	struct jar_finding findings[JAR_FINDINGS_MAX];
};

/* "camel-main", "spring-boot", "quarkus" */
const char *jar_kind_name(enum jar_kind kind);

/*
 * Reads size bytes of fd in this very process, for cpu_ms of it at most.
 * ERR_INVALID with a code jar_... when it is not a Camel application's JAR, or
 * not a sound one; *facts is set as far as the reading got.  For uploads use
 * inspect_jar().
 */
enum err jar_read(struct ctx *ctx, int fd, int64_t size, int cpu_ms,
    struct jar_facts *facts) must_check;

#endif
