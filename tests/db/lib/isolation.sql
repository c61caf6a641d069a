-- SPDX-License-Identifier: Apache-2.0
-- Tries, as one process, everything it was granted on every tenant table,
-- pinned to tenant A, on rows of tenant B; and without a pin.  Needs table
-- pg_temp.rows (tab, col, b, who): the tenant's column and B's row as JSON.
-- Prints "TABLE ATTEMPT RESULT" lines, sorted by the caller.
CREATE FUNCTION pg_temp.attempt(p_sql text) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
	v_n bigint;
BEGIN
	EXECUTE p_sql;
	GET DIAGNOSTICS v_n = ROW_COUNT;
	RETURN v_n || ' rows';
EXCEPTION
	WHEN insufficient_privilege THEN
		RETURN CASE WHEN SQLERRM LIKE '%row-level security%'
		    THEN 'refused' WHEN SQLERRM LIKE '%append-only%'
		    THEN 'refused' ELSE 'not granted' END;
	WHEN OTHERS THEN
		RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

-- The number of rows that a SELECT sees.
CREATE FUNCTION pg_temp.seen(p_table text, p_where text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
	v_n bigint;
BEGIN
	EXECUTE format('SELECT count(tenant_id) FROM (SELECT %s AS tenant_id '
	    'FROM cameleer.%I) x WHERE %s', CASE p_table WHEN 'tenant'
	    THEN 'id' ELSE 'tenant_id' END, p_table, p_where) INTO v_n;
	RETURN v_n || ' rows';
EXCEPTION
	WHEN insufficient_privilege THEN
		RETURN 'not granted';
END
$$;

-- The first column that this role may update.
CREATE FUNCTION pg_temp.updatable(p_table text) RETURNS text LANGUAGE sql AS
$$
	SELECT attname::text FROM pg_attribute
	WHERE attrelid = ('cameleer.' || p_table)::regclass AND attnum > 0
	AND NOT attisdropped AND attidentity = ''
	AND has_column_privilege(attrelid, attnum, 'UPDATE')
	ORDER BY attnum DESC LIMIT 1
$$;

CREATE FUNCTION pg_temp.try_table(p_row record) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
	c_a constant text := '00000000-0000-7000-8000-0000000000a0';
	c_b constant text := '00000000-0000-7000-8000-0000000000b0';
	v_tab text := p_row.tab;
	v_col text := p_row.col;
	v_set text := coalesce(pg_temp.updatable(p_row.tab), p_row.col);
BEGIN
	PERFORM cameleer.pin(c_a::uuid,
	    '00000000-0000-7000-8000-000000000001');
	RETURN NEXT v_tab || ' own ' || pg_temp.seen(v_tab,
	    format('tenant_id = %L', c_a));
	RETURN NEXT v_tab || ' select ' || pg_temp.seen(v_tab,
	    format('tenant_id = %L', c_b));
	RETURN NEXT v_tab || ' insert ' || pg_temp.attempt(format(
	    'INSERT INTO cameleer.%I OVERRIDING SYSTEM VALUE SELECT * '
	    'FROM jsonb_populate_record(NULL::cameleer.%1$I, %L)',
	    v_tab, p_row.b));
	RETURN NEXT v_tab || ' update ' || pg_temp.attempt(format(
	    'UPDATE cameleer.%I SET %I = %2$I WHERE %I = %L', v_tab, v_set,
	    v_col, c_b));
	RETURN NEXT v_tab || ' move ' || pg_temp.attempt(format(
	    'UPDATE cameleer.%I SET %I = %L WHERE %2$I = %4$L', v_tab, v_col,
	    c_b, c_a));
	RETURN NEXT v_tab || ' delete ' || pg_temp.attempt(format(
	    'DELETE FROM cameleer.%I WHERE %I = %L', v_tab, v_col, c_b));
	PERFORM cameleer.pin(NULL, NULL);
	RETURN NEXT v_tab || ' unpinned ' || pg_temp.seen(v_tab, 'true');
	RETURN NEXT v_tab || ' unpinned-update ' || pg_temp.attempt(format(
	    'UPDATE cameleer.%I SET %I = %2$I', v_tab, v_set));
	RETURN NEXT v_tab || ' unpinned-delete ' || pg_temp.attempt(format(
	    'DELETE FROM cameleer.%I', v_tab));
	RETURN NEXT v_tab || ' unpinned-insert ' || pg_temp.attempt(format(
	    'INSERT INTO cameleer.%I OVERRIDING SYSTEM VALUE SELECT * '
	    'FROM jsonb_populate_record(NULL::cameleer.%1$I, %L)',
	    v_tab, p_row.b));
END
$$;

SELECT pg_temp.try_table(r) FROM pg_temp.rows r ORDER BY r.tab;
