/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's log stream: frames of 8 + n bytes, each line begins with a time.
 */
#ifndef CAMELEER_ENGINE_LOG_H
#define CAMELEER_ENGINE_LOG_H

#include "modules/worker/engine/engine.h"

#define LOG_FRAME_MAX	((uint32_t)64 << 20)
/* A longer line ends with a mark. */
#define LOG_LINE_BYTES	8192
#define LOG_TEXT_BYTES	((size_t)4 << 20)	/* of one answer */
#define LOG_LINES_MAX	20000

struct log_stream {		/* standard output or standard error */
	char	text[LOG_LINE_BYTES];
	size_t	len;
	size_t	cut;		/* bytes that had no room */
	bool	begun;
};

struct log_parser {
	struct ctx		*ctx;
	struct engine_cursor	 at;	/* position that was read */
	struct engine_cursor	 from;	/* lines before it are skipped */
	bool			 passed;	/* reading is past from */
	bool			 found;		/* the last line before it */
	bool			 lost;		/* that line is not there */
	size_t			 skip;	/* number of lines to skip after it */
	size_t			 seen;	/* number of lines after from */
	struct runtime_line	*lines;	/* NULL: only counts */
	size_t			 nlines, max, bytes;
	bool			 full, broken, no_memory;

	unsigned char		 head[8];
	size_t			 nhead;
	uint32_t		 left;	/* of the frame */
	bool			 leading;	/* reading its time */
	char			 lead[40];
	size_t			 nlead;
	struct log_stream	 streams[2];
};

/* For http_request.sink: false when full, malformed or out of memory. */
bool log_parse(void *parser, const void *data, size_t len);

#endif
