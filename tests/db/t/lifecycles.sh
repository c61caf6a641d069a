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

# move FROM TO AS: a superuser puts the tenant into FROM, then it is moved
move() {
	query "UPDATE cameleer.tenant SET state = '$1'" || return 1
	[ "$3" != superuser ] || {
		query "UPDATE cameleer.tenant SET state = '$2'"
		return
	}
	as "$3" lifecycles -c "BEGIN; SELECT pin('$T', NULL);
	    UPDATE tenant SET state = '$2', version = version + 1; COMMIT" ||
		return 1
	[ "$(query 'SELECT state FROM cameleer.tenant')" = "$2" ]
}
for change in $(listed | sed -n 's/^tenant \([a-z]*\) \([a-z]*\) \(.*\)/\1,\2,\3/p'); do
	IFS=, read -r from to who <<-EOT
		$change
	EOT
	check "$who moves a tenant from $from to $to" move "$from" "$to" "$who"
done
check "no other change is made" says "go from deleted to active" \
    move deleted active worker
check "nor by another process" says "cameleer_tenants does not make" \
    move provisioning active tenants
check "nothing begins in the middle" says "go from - to disabled" as auth \
    lifecycles -c "INSERT INTO account (id, name, email, password_hash, state)
    VALUES ('$T', 'x', 'x@example.org', 'x', 'disabled')"
check "a superuser is not held up" move deleted active superuser
