/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deletes old rows of idempotency, guesses, mail limits, devices, challenges
 * and events of operations, and uploads that no job waits for: their responder
 * was killed before it recorded them, or their job failed.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/log.h"
#include "libshared/doors/field.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/rounds/rounds.h"
#include "modules/worker/work.h"

#include "modules/worker/rounds/rounds.sql.h"

#define UPLOAD_MIN_AGE_S	300	/* else it may not be recorded yet */
#define NAME_LEN		(36 + 4)	/* <release>.jar */

/* is_stale - an old file with the name of an upload */
static bool
is_stale(int dir, const char *name)
{
	struct stat st;

	return strlen(name) == NAME_LEN && uuid_valid(name, 36) &&
	    strcmp(name + 36, ".jar") == 0 &&
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) &&
	    time(NULL) - st.st_mtime > UPLOAD_MIN_AGE_S;
}

/* remove_unless_waited_for - keeps a file that a job of its release needs */
static enum err
remove_unless_waited_for(struct ctx *ctx, int dir, const char *name)
{
	int64_t waiting;
	struct uuid release;
	char text[UUID_TEXT_MAX];
	enum err e;

	(void)snprintf(text, sizeof(text), "%.36s", name);
	if (!uuid_set(&release, text))
		return ERR_OK;
	if ((e = sql_count(ctx, &SQL_UPLOAD_WAITING, &waiting,
	    ARG_UUID(&release))) != ERR_OK || waiting > 0)
		return e;
	if (unlinkat(dir, name, 0) == 0)
		log_event(LOG_INFO, "upload_swept", LOG_TEXT("file", name));
	return ERR_OK;
}

static enum err
sweep_spool(struct ctx *ctx)
{
	const struct dirent *entry;
	DIR *dir = opendir(process.conf->spool_dir);
	enum err e = ERR_OK;

	if (dir == NULL)
		return ERR_OK;
	while (e == ERR_OK && (entry = readdir(dir)) != NULL)
		if (is_stale(dirfd(dir), entry->d_name))
			e = remove_unless_waited_for(ctx, dirfd(dir),
			    entry->d_name);
	(void)closedir(dir);
	return e;
}

enum err
sweep_round(struct ctx *ctx)
{
	enum err e;

	if ((e = sweep_spool(ctx)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_IDEMPOTENCY_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_GUESS_SWEEP, NULL)) != ERR_OK)
		return e;
	if ((e = sql_exec(ctx, &SQL_MAIL_LIMIT_SWEEP, NULL)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_KNOWN_DEVICE_SWEEP, NULL)) != ERR_OK)
		return e;
	if ((e = sql_exec(ctx, &SQL_CHALLENGE_SWEEP, NULL)) != ERR_OK)
		return e;
	return sql_exec(ctx, &SQL_EVENT_SWEEP, NULL);
}
