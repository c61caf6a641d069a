/* SPDX-License-Identifier: Apache-2.0 */
/* What nobody needs any more: old answers, and uploads whose end was lost. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libshared/field.h"
#include "libshared/log.h"
#include "libshared/service.h"
#include "libshared/sql.h"
#include "modules/worker/work.h"

#include "modules/worker/worker.sql.h"

#define UPLOAD_MAX_AGE_S	86400	/* assembled long before, or never */
#define NAME_LEN		(36 + 4)	/* <release>.jar */

/* is_stale - a name of ours, and old */
static bool
is_stale(int dir, const char *name)
{
	struct stat st;

	return strlen(name) == NAME_LEN && uuid_valid(name, 36) &&
	    strcmp(name + 36, ".jar") == 0 &&
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) &&
	    time(NULL) - st.st_mtime > UPLOAD_MAX_AGE_S;
}

static void
sweep_spool(void)
{
	const struct dirent *entry;
	DIR *dir = opendir(process.conf->spool_dir);

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (is_stale(dirfd(dir), entry->d_name) &&
		    unlinkat(dirfd(dir), entry->d_name, 0) == 0)
			log_event(LOG_INFO, "upload_swept",
			    LOG_TEXT("file", entry->d_name));
	(void)closedir(dir);
}

enum err
sweep(struct ctx *ctx)
{
	enum err e;

	sweep_spool();
	if ((e = sql_exec(ctx, &SQL_IDEMPOTENCY_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_GUESS_SWEEP, NULL)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_CHALLENGE_SWEEP, NULL);
}
