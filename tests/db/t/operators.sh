# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# cameleerctl operators: the accounts of those who run the platform.

database_new operators
ctl operators db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d operators -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"

query() {
	psql -XqAt -d operators -c "SET search_path = cameleer; $1"
}

check "an operator is made" says "is an operator" \
    ctl operators operators add Ops@example.org "Olga Ops" all
check "as an account of its own kind, without a password" is \
    "operator|ops@example.org|Olga Ops|active||" query "SELECT kind, email,
    name, state, password_hash, verified_at FROM account
    WHERE kind = 'operator'"
all=platform.account.read,platform.account.manage
all=$all,platform.tenant.read,platform.tenant.manage
all=$all,platform.operation.read,platform.operation.manage
all=$all,platform.place.read,platform.place.manage,platform.audit.read
check "with what was said" is "{$all}" query "SELECT permissions FROM operator"
check "and a link of a day" is "reset|t" query "SELECT purpose,
    expires_at - now() BETWEEN '23:55' AND '24:00' FROM one_time_token"
check "that leads to us, in a mail that waits" is "ops@example.org|operator|t" \
    query "SELECT address, template, data->>'link' LIKE
    '%/reset#token=___________________________________________' FROM mail"
check "the secret of which is nowhere else" is 0 query \
    "SELECT count(*) FROM one_time_token, mail
    WHERE data->>'link' LIKE '%' || digest || '%'"
check "the trail knows it" is "operator.add|t" query "SELECT action,
    subject_id = (SELECT id::text FROM account WHERE kind = 'operator')
    FROM audit_event WHERE action LIKE 'operator.%'"

check "grant sets what they may do" says "has these permissions" ctl operators \
    operators grant ops@example.org platform.audit.read
check "and list shows it" says \
    "ops@example.org                          active   platform.audit.read" \
    ctl operators operators list
check "as JSON, too" says '"permissions":["platform.audit.read"]' \
    ctl operators --json operators list

for bad in tenant.read public account platform.account 'root,' \
    'platform.audit.read,root' ','; do
	check "$bad is no permission of the platform" says "is none of" \
	    ctl operators operators grant ops@example.org "$bad"
done
check "a person becomes no operator" says "is the address of a person" \
    ctl operators operators add one@example.org One all
check "nor does what is no address" says "email must be an e-mail address" \
    ctl operators operators add nonsense One all
check "nor has anybody no name" exits 1 \
    ctl operators operators add two@example.org "" all
check "a person has nothing to be taken" says "is not an operator" \
    ctl operators operators remove one@example.org
check "an unknown address neither" says "is not an operator" \
    ctl operators operators grant two@example.org all

query "UPDATE account SET password_hash = 'x' WHERE kind = 'operator';
    INSERT INTO session (id, account_id, kind, expires_at)
    SELECT gen_random_uuid(), id, 'token', now() + '1 day' FROM account
    WHERE kind = 'operator'"
check "one is removed" says "is not an operator any more" \
    ctl operators operators remove ops@example.org
check "and let in no more" is "disabled||0|0" query "SELECT state,
    password_hash, (SELECT count(*) FROM operator), (SELECT count(*)
    FROM session WHERE account_id = a.id AND revoked_at IS NULL)
    FROM account a WHERE kind = 'operator'"
check "list shows nobody" is "" ctl operators operators list
check "they may come back" says "is an operator" ctl operators operators add \
    ops@example.org "Olga Again" platform.tenant.read,platform.audit.read
check "as the same account" is "active|Olga Again|1" query "SELECT state,
    name, (SELECT count(*) FROM account WHERE kind = 'operator')
    FROM account WHERE kind = 'operator'"
