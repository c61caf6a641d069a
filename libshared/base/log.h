/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON object per line on standard error, UTC, never a secret.
 */
#ifndef CAMELEER_LOG_H
#define CAMELEER_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG__MAX };

struct log_field {
	const char	*name;
	const char	*text;		/* NULL: number is used */
	int64_t		 number;
};

/* A NULL text is shown as an empty one. */
static inline struct log_field
log_text(const char *name, const char *text)
{
	return (struct log_field){ name, text == NULL ? "" : text, 0 };
}

#define LOG_TEXT(n, v)	log_text((n), (v))
#define LOG_INT(n, v)	((struct log_field){ (n), NULL, (v) })
#define LOG_LINE_MAX	4096	/* longer lines are cut and marked */

void log_init(const char *process, enum log_level level);
int log_level_of(const char *name);	/* -1: no such level */
const char *log_level_name(enum log_level level);

/*
 * Escapes texts, writes each line by one write(2), and keeps errno.  The list
 * ends with .name NULL.
 */
void log_fields(enum log_level level, const char *event,
    const struct log_field *fields);
#define log_event(level, event, ...) \
	log_fields((level), (event), &(const struct log_field[]){ \
	    { NULL, NULL, 0 }, ##__VA_ARGS__, { NULL, NULL, 0 } }[1])

#endif
