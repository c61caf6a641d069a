# SPDX-License-Identifier: Apache-2.0
"""Runs schemathesis over the served document, as the owner of a tenant.

Every answer must be one that the document has: its status, its media type and
its schema, and never a 5xx. Operations that end the session or the tenant come
last, each with a session of its own."""
import os
import subprocess
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS + '/http')

from support import ENV  # noqa: E402
from support_http import request  # noqa: E402
from support_world import Tenant  # noqa: E402

PROGRAM = sys.argv[1]
EXAMPLES = os.environ.get('CAMELEER_EXAMPLES', '20')
SEED = '20260101'
# Operations after which the token is no good, or the tenant is not there.
ENDING = ('postAuthLogout', 'postAuthSwitch', 'deleteAuthSessionsById',
          'deleteTenantsCurrent', 'deleteAppsByApp', 'postAuthSessionsRevoke', 'deleteAuthMe',
          'postAuthMePassword', 'postTenantsOwnership')
# A JAR is nothing that can be made from a schema: tests/http/test_upload.py.
UPLOAD = 'postAppsByAppReleases'
CHECKS = ('not_a_server_error,status_code_conformance,'
          'content_type_conformance,response_headers_conformance,'
          'response_schema_conformance,negative_data_rejection,'
          'unsupported_method,missing_required_header,ignored_auth')

# Python 3.11.2 counts the depth of syntax trees for all threads together
# (python/cpython issue 106905): one thread then has to do.
THREADS_FAILED = 'AST constructor recursion depth mismatch'

# 428 is what RFC 6585 has for a missing If-Match.
CONFIG = """
[auth.openapi.bearer]
bearer = "%s"

[checks.missing_required_header]
expected-statuses = ["400", "401", "403", "406", "415", "422", "428"]

# 303: a browser that a provider sent here is shown a page of ours.
[checks.negative_data_rejection]
expected-statuses = ["303", "400", "401", "403", "404", "406", "413", "414",
                     "415", "422", "428", "431"]

[parameters]
"path.app" = "orders"
"path.environment" = "prod"
"path.number" = 1
"""


def operations():
    """Returns the ids of all operations."""
    document = request('GET', '/api/openapi.json').json()
    return {operation['operationId'] for path in document['paths'].values()
            for operation in path.values() if 'operationId' in operation}


def call(config, choice, workers):
    """Runs the program with the settings in that directory."""
    return subprocess.run(
        [PROGRAM, 'run', ENV['base_url'] + '/api/openapi.json',
         '--url', ENV['base_url'], '--tls-verify', ENV['ca_cert'],
         '--max-examples', EXAMPLES, '--seed', SEED,
         '--workers', str(workers),
         '--phases', 'examples,coverage,fuzzing', '--no-color',
         '--generation-database', 'none', '--request-timeout', '20',
         '--checks', CHECKS] + choice,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=360, check=False, cwd=config)


def run(name, choice):
    """Runs the tests once with a new session; returns True when all passed."""
    tenant = Tenant(tier='business')
    session = tenant.owner.login(tenant=tenant.slug)
    made = session.post('/api/apps', {'name': 'orders',
                                      'display_name': 'Orders'})
    assert made.status == 201, made.describe()
    config = os.path.join(ENV['state'], 'schemathesis')
    os.makedirs(config, 0o700, exist_ok=True)
    with open(config + '/schemathesis.toml', 'w', encoding='utf-8') as f:
        f.write(CONFIG % session.access)
    result = call(config, choice, 2)
    if result.returncode != 0 and THREADS_FAILED in result.stdout:
        result = call(config, choice, 1)
    good = result.returncode == 0
    print('%s - %s' % ('ok' if good else 'not ok', name))
    lines = result.stdout.splitlines()
    for line in lines if not good else lines[-12:]:
        print('# ' + line[:300])
    return good


def main():
    """Returns exit status 1 when a run found a failure."""
    known = operations()
    ending = sorted(known & set(ENDING))
    if len(known) < 40 or len(ending) < 3:
        sys.exit('the document has too few operations')
    choice = []
    for one in ending + [UPLOAD]:
        choice += ['--exclude-operation-id', one]
    good = run('what leaves the session as it is', choice)
    for one in ending:
        good &= run(one, ['--include-operation-id', one])
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
