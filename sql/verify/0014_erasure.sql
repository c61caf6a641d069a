-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_function('account_erase(uuid)', 'owner', true, 'auth=X'),
    pg_temp.must_function('account_leave(uuid, text)', 'gate', true,
	'owner=X');

-- Columns that name an account and stay, since an id alone reveals nothing.  A
-- new column of this kind must be decided on.
SELECT pg_temp.must_be((SELECT string_agg(relname || '.' || attname, ' '
	ORDER BY relname, attname) FROM pg_attribute a
	JOIN pg_class c ON c.oid = attrelid AND relkind = 'r'
	WHERE relnamespace = 'cameleer'::regnamespace AND NOT attisdropped
	AND attname IN ('email', 'address', 'client_ip', 'user_agent',
	    'network')),
	'account.email account_request.email audit_flood.network '
	'device_login.client_ip email_change.email invitation.email '
	'mail.address one_time_token.email session.client_ip '
	'session.user_agent sso_ticket.email subject_key.address',
	'columns that name people');
ROLLBACK;
