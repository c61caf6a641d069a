# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# libshared/doors/sql*.c against a real server: shapes, transactions, and the
# loss of the server (threat T18).

database_new sql_c
psql -XqAt -v ON_ERROR_STOP=1 -d sql_c <<'SQL'
CREATE SCHEMA cameleer;
CREATE TABLE cameleer.item (
	id	integer PRIMARY KEY,
	name	text,
	uid	uuid,
	flag	boolean
);
CREATE TABLE cameleer.part (
	item_id	integer NOT NULL
		    REFERENCES cameleer.item DEFERRABLE INITIALLY IMMEDIATE
);
INSERT INTO cameleer.item VALUES
    (1, 'one', '00000000-0000-7000-8000-000000000001', true),
    (2, NULL, NULL, NULL);
CREATE FUNCTION cameleer.raise(p_state text) RETURNS void LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = p_state; END $$;
GRANT USAGE ON SCHEMA cameleer TO cameleer_auth;
GRANT ALL ON ALL TABLES IN SCHEMA cameleer TO cameleer_auth;
SQL
for program in test_sql test_sql_conn; do
	# shellcheck disable=SC2086
	CAMELEER_TEST_DB=sql_c CMOCKA_MESSAGE_OUTPUT=TAP \
	    ${CAMELEER_UNDER:-} \
	    "$CAMELEER_BUILD/tests/db/$program" >"$cluster/sql.tap" \
	    2>"$cluster/sql.err"
	sql_status=$?
	grep -E '^(not )?ok|^#' "$cluster/sql.tap"
	grep -v '^\[' "$cluster/sql.err" | sed 's/^/# /'
	check "$program ended well" test $sql_status -eq 0
	check "$program: nothing of a sanitizer" sh -c "! grep -E \
	    'Sanitizer|runtime error' '$cluster/sql.err'"
done
