# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# A state changes only as its life cycle says, by the process that it names.

database_new lifecycles
ctl lifecycles db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

query() {
	psql -XqAt -d lifecycles -c "$1"
}
listed() {
	awk -v form=rows -f "$CAMELEER_SOURCE/libshared/base/lifecycle.awk" \
	    "$CAMELEER_SOURCE/libshared/base/lifecycle.list" | sort
}
stored() {
	query "SELECT noun, from_state, to_state, array_to_string(who, ',')
	    FROM cameleer.lifecycle" | tr '|' ' ' | sort
}
check "the database has the rows of the list" is "$(listed)" stored

T=00000000-0000-7000-8000-00000000000a
query "INSERT INTO cameleer.tenant (id, slug, name, tier, created_by)
    VALUES ('$T', 'acme', 'Acme', 'low', '$T')"

query "INSERT INTO cameleer.account (id, kind, name, email)
    VALUES ('$T', 'operator', 'Olga', 'olga@example.org');
    INSERT INTO cameleer.operator (account_id, permissions)
    VALUES ('$T', '{platform.tenant.manage}')"

# move_as PROCESS ROLE TO
move_as() {
	as "$1" lifecycles -c "BEGIN; SET LOCAL ROLE $2;
	    SELECT cameleer.pin('$T', NULL);
	    UPDATE tenant SET state = '$3', version = version + 1; COMMIT"
}
# move_answer TO: an operator's answer, by the function that auth calls
move_answer() {
	as auth lifecycles -c "BEGIN; SELECT pin(NULL, '$T');
	    SELECT platform_tenant_answer('$T', gen_random_uuid(),
	    '$1' = 'provisioning', 'no', 'https://x'); COMMIT"
}
# move_leaving TO: an operator's decision about a tenant that is leaving
move_leaving() {
	decision=keep
	[ "$1" != deleting ] || decision=shorten
	query "DELETE FROM cameleer.tenant_deletion;
	    INSERT INTO cameleer.tenant_deletion (tenant_id, before, asked_by)
	    VALUES ('$T', CASE '$1' WHEN 'deleting' THEN 'active'
	    ELSE '$1' END, '$T')"
	as auth lifecycles -c "BEGIN; SELECT pin(NULL, '$T');
	    SELECT platform_tenant_$decision('$T', gen_random_uuid(), 'why',
	    'https://x'); COMMIT"
}
# move FROM TO AS: a superuser puts the tenant into FROM, then it is moved
move() {
	query "DELETE FROM cameleer.operation;
	    UPDATE cameleer.tenant SET state = '$1'" || return 1
	[ "$3" != superuser ] || {
		query "UPDATE cameleer.tenant SET state = '$2'"
		return
	}
	case $3 in
	auth)
		if [ "$1" = leaving ]; then
			move_leaving "$2"
		else
			move_answer "$2"
		fi
		;;
	ctl) move_as ctl cameleer_owner "$2" ;;
	*) move_as "$3" "cameleer_$3" "$2" ;;
	esac || return 1
	[ "$(query 'SELECT state FROM cameleer.tenant')" = "$2" ]
}
for change in $(listed | sed -n 's/^tenant \([a-z]*\) \([a-z]*\) \(.*\)/\1,\2,\3/p'); do
	IFS=, read -r from to who <<-EOT
		$change
	EOT
	for one in $(echo "$who" | tr , ' '); do
		check "$one moves a tenant from $from to $to" \
		    move "$from" "$to" "$one"
	done
done
check "no other change is made" says "go from deleted to active" \
    move deleted active worker
check "nor by another process" says "cameleer_tenants does not make" \
    move provisioning active tenants
check "nothing begins in the middle" says "go from - to disabled" as auth \
    lifecycles -c "INSERT INTO account (id, name, email, password_hash, state)
    VALUES ('$T', 'x', 'x@example.org', 'x', 'disabled')"
check "a superuser is not held up" move deleted active superuser
