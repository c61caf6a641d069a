# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The advisory locks of running jobs: once in each session, however often the
# lease was renewed, and released without any other lock of the session.

database_new marks
ctl marks db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d marks -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"
# An id whose last 32 bits are a negative integer.
JOB=00000000-0000-7000-8000-0000fedcba98
psql -XqAt -v ON_ERROR_STOP=1 -d marks -c "INSERT INTO
    cameleer.operation (tenant_id, id, kind, subject_id, state, attempt)
    SELECT id, '$JOB', 'test', id, 'running', 1 FROM cameleer.tenant
    WHERE slug = 'acme'"

# named QUERY: prints its text, to be prepared
named() {
	awk -v name="$1" '/^-- .* :/ { on = $2 == name } on && !/^--/' \
	    "$CAMELEER_SOURCE/modules/worker/work.sql"
}

marks="SELECT count(*), coalesce(sum((objid = 7)::int), 0) FROM pg_locks
    WHERE locktype = 'advisory' AND pid = pg_backend_pid();"
worker() {
	as worker marks -F ' ' -f - <<-SQL
		\o /dev/null
		SELECT set_config('app.tenant',
		    (SELECT id::text FROM tenant WHERE slug = 'acme'), false);
		PREPARE mark AS $(named claim_mark)
		PREPARE lease AS $(named lease)
		PREPARE unmark AS $(named claim_unmark)
		SELECT pg_advisory_lock(7);
		$1
		\o
		$marks
	SQL
}

mark="EXECUTE mark('$JOB');" lease="EXECUTE lease('$JOB', 1, 60);"
check "a claim marks the job" is "2 1" worker "$mark"
check "a lease of a session without the mark sets it" is "2 1" \
    worker "$lease"
check "given back it is gone, and another lock stays" is "1 1" \
    worker "$mark EXECUTE unmark;"
check "also after the lease was renewed three times" is "1 1" \
    worker "$mark $lease $lease $lease EXECUTE unmark;"
check "without a mark nothing is given back" is "1 1" \
    worker "EXECUTE unmark;"
check "the number of another attempt renews nothing" is "1 1" \
    worker "EXECUTE lease('$JOB', 2, 60);"
