#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Shows that each guard can fail: on an empty tree, and for each fault that is
# planted in a copy of the tree.
. "$(dirname "$0")/lib.sh"

. "$guards/faults.sh"

# check_analysis.sh shows the guards that need a build or tools.
elsewhere=' check_analysis check_circles check_cppcheck check_guards'
elsewhere="$elsewhere check_hardening check_tidy "
n=0
for guard in "$guards"/check_*.sh; do
	name=$(basename "$guard" .sh)
	case $elsewhere in *" $name "*) continue ;; esac
	n=$((n + 1))
	empty_and_shown "$name" check_guards.sh
done
need $n guard

copy_tree
sums=$scratch/tree/sql/migrations/SHA256SUMS
(cd "$(dirname "$sums")" && sha256sum 0001_*.sql 0002_*.sql >"$sums.new")
sed '1s/^/# release 1.0.0\n/' "$sums.new" >"$sums"
rm "$sums.new"

fault actions modules/worker/rounds/trail.c 'does not list request.deluge' \
    's/"request.flood"/"request.deluge"/'
fault actions modules/worker/jobs/jobs.c 'does not list job_app_remove' \
    '/&job_app_remove,/d'
fault actions modules/worker/jobs/job_app_remove.c 'what its job is about' \
    '/\.about/d'
fault banned libshared/base/str.c 'str.c:' '$a int x(void) { return atoi("1"); }'
fault banned libshared/base/str.c 'whole numbers' '$a double x;'
fault banned libshared/base/str.c 'signal(' '$a int x = signal(SIGTERM, on_term);'
fault banned libshared/base/log.c 'clock_gettime has its home elsewhere: ' \
    '$a static void x(struct timespec *t) { clock_gettime(0, t); }'
fault banned libshared/base/log.c 'seal has its home elsewhere: ' \
    '$a static bool x(void) { return unseal(k, "", b, n, out); }'
fault rights modules/tenants/members.sql 'member_set_rule writes membership' \
    's/^-- member_set_role/-- member_set_rule/'
fault rights sql/schema.sql 'sso_admit does not write invitation' \
    '/^CREATE FUNCTION cameleer.sso_admit/,/^\$\$;/s/DELETE FROM invitation/SELECT FROM invitation/'
fault rights tests/guards/rights.list 'nothing writes action member.vanish' \
    's/member.join/member.vanish/'
fault bounds modules/sso/callback.c 'CODE_MAX of modules/sso/callback.c is 2048' \
    's/\(CODE_MAX[[:blank:]]*\)8192/\12048/'
fault bounds docs/bounds.md 'modules/sso/claims.c has SID_MAX, which is not' \
    '/SID_MAX/d'
fault bounds tests/guards/bounds.list 'TRIES_MAX has no reason' \
    's/\(TRIES_MAX\).*/\1/'
fault codes libshared/skeleton/req.c 'new_code is not in codes.list' \
    's/"json_required"/"new_code"/'
fault codes libshared/skeleton/codes.list 'json_required has no 415' \
    's/^json_required 415/json_required 400/'
fault codes libshared/skeleton/codes.list 'fails with nobody_says_it' \
    '$a nobody_says_it 400\n\tA title\n\tA sentence.'
fault codes libshared/skeleton/codes.list 'a title has no full stop' \
    's/^\tThe body must be JSON/&./'
fault codes docs/errors.md 'errors.md is stale' '/json_required/d'
fault codes web/src/lib/codes.json 'codes.json is stale' '/json_required/d'
fault codes nginx/snippets/problems.conf "too_large is called 'Huge'" \
    's/"title":"[^"]*","status":413/"title":"Huge","status":413/'
fault doorkeepers libshared/base/str.c 'str.c includes <json-c/json.h>' \
    '1a #include <json-c/json.h>'
fault doorkeepers libshared/base/str.c 'str.c includes <zlib.h>' \
    '1a #include <zlib.h>'
fault doorkeepers libshared/doors/json.c 'json.c does not include json-c/' \
    '/json-c\/json.h/d'
added files libshared/an\ odd.c 'an odd name' "$c"
added files tests/guards/list.txt 'list.txt: begins with #!' '#!/bin/sh\n'
added files tests/fuzz/corpus/json/y_big 'more than 512 KiB' \
    "$(printf '%0600000d' 0)"
fault files README.md 'mirror.inner.net is not in' \
    '$a https:/''/mirror.inner.net/npm'
fault handlers modules/tenants/tenants.c 'nothing to give back' \
    '$a static void x(void *p) { free(p); }'
fault handlers modules/tenants/tenants.c 'returns early' '$a goto out;'
fault handlers modules/tenants/tenants.c 'SQL stands' \
    '$a const char *q = "SELECT 1";'
fault handlers modules/tenants/tenants.sql 'not in a named query' '$a COMMIT;'
fault handlers modules/tenants/tenants.sql 'columns are named' \
    '$a SELECT * FROM tenant;'
fault includes libshared/base/str.c 'route.h (skeleton), from above' \
    '/^#include "libshared\/base\/str.h"/a #include "libshared/skeleton/route.h"'
fault includes modules/tenants/tenants.c 'auth/person.h of another house' \
    '$a #include "modules/auth/person.h"'
fault includes libshared/base/str.c 'str.c does not include config.h first' \
    '/config.h/d'
added includes libshared/attic.c 'attic.c stands on no storey' "$c"
fault includes modules/worker/engine/engine.c 'in a circle of folders' \
    '/^#include "modules/a #include "modules/worker/jobs/job_list.h"'
fault includes modules/worker/jobs/job_app_remove.c 'private to' \
    '/^#include "modules/a #include "modules/worker/engine/engine_call.h"'
fault includes modules/worker/work.c 'ask a peer' \
    '/^#include "modules/a #include "modules/worker/engine/engine.h"'
fault includes modules/worker/engine/engine.c 'knows SQL' \
    '/^#include "modules/a #include "libshared/doors/sql.h"'
added includes libshared/attic/attic.c 'attic.c stands on no storey' "$c"
added includes libshared/base/attic_two.c 'attic_two.c has no header' "$c"
added json_corpus tests/fuzz/corpus/json/y_wrong 'y_wrong' '[1,]'
added json_corpus tests/fuzz/corpus/json/n_wrong 'n_wrong' '[1]'
fault license_vectors docs/license/vectors.json 'vectors.json is stale' \
    's/2026-03-10T12/2026-03-10T13/'
fault lifecycles docs/lifecycles.md 'lifecycles.md is stale' '/deleting/d'
fault lifecycles libshared/base/lifecycle.list 'no migration has the change' \
    's/^\tprovisioning failed worker/\tactive failed worker/'
fault lifecycles libshared/base/lifecycle.list 'states differ' \
    '/denied/d'
fault lifecycles modules/tenants/members.c 'by their enum' \
    '$a static int x(void) { return strcmp(row.state, "active"); }'
fault locks modules/worker/work.sql 'locks ?, which is not in' \
    's/pg_advisory_xact_lock(4201)/pg_advisory_unlock_all()/'
fault locks modules/tenants/tenants.sql 'locks seed 2, which is not in' \
    's/app_actor()::text, 1)/app_actor()::text, 2)/'
fault locks modules/worker/store/store_postgres.c 'locks 4203, which is' \
    's/4205/4203/'
fault locks sql/locks.list 'locks 4202, which is not in' '/^4202/d'
fault locks sql/locks.list 'nobody locks 4299' '$a 4299\tnobody\tnothing'
added migrations sql/migrations/9999_gap.sql 'is due' '-- x\n'
fault migrations modules/ctl/ctl.am 'is not installed' '/0012_requests/d'
added migrations sql/verify/9999_alone.sql 'verifies no migration' '-- x\n'
fault migrations sql/migrations/SHA256SUMS 'of a release, but not frozen' \
    '/0001_/d'
fault migrations sql/migrations/SHA256SUMS 'belongs to no release' '/^#/d'
fault migrations sql/migrations/0001_schema.sql 'of a release has changed' \
    '$a -- changed'
fault migrations sql/migrations/0003_tenants.sql 'names a file' \
    '$a -- libshared/skeleton/authz'
fault migrations sql/migrations/0003_tenants.sql 'names a file' \
    '$a -- see authz.c'
fault names libshared/base/str.c 'a function of one word' \
    '$a static int\ntake(void)\n{\n\treturn 0;\n}'
fault permissions libshared/skeleton/authz.h 'no route asks for PERM_NOBODY_USES' \
    's/^\tPERM__MAX/\tPERM_NOBODY_USES,\n&/'
fault permissions modules/tenants/tenants.c 'a column without its name' \
    '/ROUTES_COMMON/a { GET, "/api/tenants/x", PERM_ACCOUNT, tenant_list, NULL },'
fault queries modules/tenants/tenants.sql 'nobody uses nobody_uses_it' \
    '$a -- nobody_uses_it :exec'
fault queries modules/tenants/tenants.sql 'two queries have the name' \
    '/^-- tenant_insert :one/{p;}'
lines=$(printf '%060d' 0 | sed 's/0/\\n/g')
fault queries modules/tenants/tenants.sql 'tenants.sql: lines ' \
    "\$s/\$/$lines$lines$lines/"
fault queries modules/tenants/tenants.sql 'say rfc3339() instead' \
    's/rfc3339(created_at)/to_char(created_at, '"'YYYY-MM-DD\"T\"')/"
fault queries modules/worker/work.c 'which is not in its folder or above' \
    '$a #include "modules/worker/jobs/jobs.sql.h"'
fault queries modules/worker/rounds/watch.c \
    'state.sql is used in modules/worker/jobs only' '/state\.sql\.h/d'
fault references libshared/base/str.c 'modules/attic/ does not exist' \
    '$a /* see modules/attic/ */'
fault references README.md 'tests/unit/test_attic.c does not exist' \
    '$a See `tests/unit/test_attic.c`.'
fault references libshared/base/str.c 'test_attic_is_dry is no test' \
    '$a /* shown by test_attic_is_dry */'
fault references docs/access.md 'T99 is not in docs/threats.md' '$a T99'
fault references sql/roles.sql 'M2.99 is not in docs/requirements.md' \
    '$a -- M2.99'
fault references modules/worker/worker.c '99 is not in docs/decisions' \
    '$a /* see decision 99 */'
fault references libshared/base/str.c 'str_attic is not in the sources' \
    '$a /* as str_attic() does */'
fault references libshared/base/err.c 'names err_attic, the declaration' \
    '$a /* err_attic - what is gone */\nint err_other(void);'
fault references README.md 'does not list docs/glossary.md' /glossary.md/d
added references modules/worker/stripe/a.c 'modules/worker/stripe/ exists' "$c"
fault settings packaging/cameleer.conf 'cameleer.conf is stale' \
    's/^#db_port = .*/#db_port = 1/'
fault settings docs/settings.md 'settings.md is stale' '/db_port/d'
fault settings packaging/cameleer.conf 'colour is no setting' '$a colour = red'
fault settings modules/worker/rounds/rounds.am 'mail.c: not in settings_tables' \
    '/settings_tables/d'
fault settings modules/worker/rounds/mail.c 'smtp_url is not explained' \
    's/"Mail server that takes our mail."/"no sentence"/'
fault settings modules/worker/rounds/mail.c 'smtp_url stands in' \
    's/(mail_conf, smtp_user/(mail_conf, smtp_url/'
fault settings modules/netguard/platform.c 'tenant_db_hos is no setting' \
    's/"tenant_db_host"/"tenant_db_hos"/'
fault sizes libshared/base/err.c 'err_status: function' \
    "/^err_status/,/^}/s/^{/{$lines/"
fault sizes libshared/base/err.c 'err_status: arguments 6' \
    's/^err_status(enum err e)/err_status(int a, b, c, d, f, g)/'
fault sizes libshared/base/err.c 'err_status: nesting 4' \
    '/^err_status/,/^}/s/return/\t\t\t\treturn/'
fault sizes tests/guards/sizes.list 'sql.h -: not needed' \
    '$a header libshared/doors/sql.h - it was long once'
mkdir "$scratch/tree/modules/attic"
for i in $(seq 20); do
	printf '%b' "$c" >"$scratch/tree/modules/attic/attic_$i.c"
done
added sizes modules/attic/attic.c 'modules/attic: 21 .c files' "$c"
rm -r "$scratch/tree/modules/attic"
fault spdx libshared/base/str.c 'str.c: no SPDX line' 1d
added tests tests/unit/libshared/base/test_alone.c 'test_alone.c is not registered' \
    "${c}cmocka_run_group_tests"
added tests tests/fuzz/fuzz_alone.c 'fuzz_alone.c has no corpus' "$c"
added tests libshared/attic.c 'attic.c has no test of its name' "$c"
added tests tests/unit/libshared/doors/test_sql_attic.c 'sql.c has a test' "$c"
fault tests tests/guards/untested.list 'attic.c does not exist' \
    '$a libshared/base/attic.c\tno reason'
fault tests tests/guards/untested.list 'no reason for modules/apps/applog.c' \
    's/\(applog.c\).*/\1/'
fault tests tests/unit/libshared/base/test_str.c 'test_int_keeps_its_range never runs' \
    '/cmocka_unit_test(test_int_keeps_its_range)/d'
long=$(printf '%081d' 0)
fault text libshared/base/str.c 'str.c:' "\$a /* $long */"
fault text libshared/base/str.c "a person is 'they'" \
    '$a /* gives him the key */'
fault text libshared/base/str.c 'plainly: libshared/base/str.c' \
    '$a /* a file that is no regular file */'
fault text libshared/base/str.c 'plainly: libshared/base/str.c' \
    '$a /*\n * a line that ends with is\n * no text\n */'
fault text sql/roles.sql 'plainly: sql/roles.sql' '$a -- Of a process.'
fault text docs/access.md 'plainly: docs/access.md' '$a a role of nobody'"'"'s'
fault text libshared/base/str.c 'blanks instead' '$a \ \ \ \ \ \ \ \ int x;'
fault text libshared/base/str.c 'blanks at the end' '$a int x; '
fault text libshared/base/str.c 'str.c:' '$a /* TO''DO: later */'
fault text libshared/base/str.c '// does not' '$a int x; // why'
fault text README.md 'README.md:' "\$a $(echo "$long" | sed 's/0/a/g')"
fault text docs/threats.md 'blanks at the end' '$a odd '
fault tiers docs/tiers.md 'tiers.md is stale' '/debugger/d'
fault tiers libshared/base/tier.list 'rows of table plan are stale' \
    's/^limit max_apps count:100000 20/limit max_apps count:100000 21/'
fault tiers nginx/snippets/gates.conf 'gates.conf is stale' '/replay;/d'
fault tiers libshared/skeleton/words.c 'other tiers' 's/"mid", "high"/"high"/'
fault tools tests/lib/tap.sh 'node from the machine' '$a node x.mjs'
fault tools tests/lib/tap.sh 'Java from the machine' '$a mvn -q package'
fault tools tests/lib/tap.sh 'Go from the machine' '$a PATH=/usr/local/''go/bin'
fault tools packaging/lib/java.sh 'Java from the environment' \
    '$a jdk=${JAVA''_HOME:-/opt}'
[ $faults -gt 30 ] || bad "only $faults faults were tried"
finish
