# SPDX-License-Identifier: Apache-2.0
"""Plans every named query under the role of the process that runs it.

EXPLAIN EXECUTE checks the grants of tables, columns and functions like a real
run, and changes nothing.  Prints a line for each query: "ok FILE NAME ROLE" or
"not ok …" with the reason.  A file that no role is named for is a failure.
"""

import fnmatch
import os
import re
import subprocess
import sys

RESPONDERS = ["auth", "tenants", "apps", "billing", "license",
              "sso"]
ALL = RESPONDERS + ["worker"]
# Files, queries, and the processes that run them.
USERS = [
    ("libshared/skeleton/audit.sql", "audit_insert", ALL),
    ("libshared/skeleton/audit.sql", "audit_flood", RESPONDERS),
    ("libshared/skeleton/audit.sql", "*", ["tenants", "gate"]),
    ("libshared/skeleton/authn.sql", "request_begin", RESPONDERS),
    ("libshared/skeleton/authn.sql", "request_begin_token", RESPONDERS),
    ("libshared/skeleton/authn.sql", "api_token_used", RESPONDERS),
    ("libshared/skeleton/authn.sql", "request_pin", ALL),
    ("libshared/skeleton/job.sql", "*", ["tenants", "apps", "worker"]),
    ("libshared/skeleton/process.sql", "*", ALL),
    ("libshared/skeleton/service.sql", "*", RESPONDERS),
    ("modules/auth/*", "*", ["auth"]),
    ("modules/tenants/*", "*", ["tenants"]),
    ("modules/apps/*", "*", ["apps"]),
    ("modules/billing/*", "*", ["billing"]),
    ("modules/license/*", "*", ["license"]),
    ("modules/sso/*", "*", ["sso"]),
    ("modules/worker/*", "*", ["worker"]),
    ("modules/ctl/provision/provision.sql", "*", ["gate"]),
    ("modules/ctl/audit_export.sql", "tenant_find", ["gate"]),
    ("modules/ctl/license/license.sql", "*", ["gate"]),
    ("modules/ctl/tenants.sql", "*", ["gate"]),
    ("modules/ctl/certificate/certificates.sql", "*", ["gate"]),
    ("modules/ctl/place/places.sql", "*", ["gate"]),
    ("modules/ctl/plan/limits.sql", "*", ["gate"]),
    ("modules/ctl/doctor/doctor.sql", "isolation_ill", ["gate"]),
    ("modules/ctl/drift/drift.sql", "*", ["gate"]),
    ("modules/ctl/isolation/isolation.sql", "*", ["gate"]),
    ("modules/ctl/agents/agents.sql", "*", ["gate"]),
    ("modules/ctl/*", "*", ["owner"]),
]


def named_queries(path):
    """Returns (name, text) of each query of a file."""
    name, lines = None, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            head = re.match(r"-- ([a-z][a-z0-9_]*) :[a-z]+\s*$", line)
            if head:
                name, lines = head.group(1), []
            elif name and not re.match(r"\s*(--.*)?$", line):
                lines.append(line)
                if line.rstrip().endswith(";"):
                    yield name, "".join(lines)
                    name = None


def roles_of(file, name):
    for path, query, roles in USERS:
        if fnmatch.fnmatch(file, path) and fnmatch.fnmatch(name, query):
            return roles
    return []


def plan(role, name, text, database):
    """Returns None, or the reason why PostgreSQL refuses the query."""
    params = [int(n) for n in re.findall(r"\$(\d+)", text)]
    nulls = ", ".join(["NULL"] * max(params, default=0))
    env = dict(os.environ, PGOPTIONS="-c search_path=cameleer "
               "-c client_min_messages=warning")
    script = f"PREPARE q AS {text}\nEXPLAIN EXECUTE q" + (
        f"({nulls});" if nulls else ";")
    if role in ("owner", "gate"):
        env.update(PGUSER="cameleer_ctl", PGPASSWORD="ctl")
        script = f"SET ROLE cameleer_{role};\n" + script
    else:
        env.update(PGUSER=f"cameleer_{role}", PGPASSWORD=role)
    run = subprocess.run(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"],
        input=script, env=env, text=True, capture_output=True, check=False)
    return None if run.returncode == 0 else run.stderr.strip()


def main():
    source, database = sys.argv[1:]
    count = bad = 0
    for folder in ("libshared", "modules"):
        for top, _, files in sorted(os.walk(os.path.join(source, folder))):
            for file in sorted(f for f in files if f.endswith(".sql")):
                path = os.path.relpath(os.path.join(top, file), source)
                for name, text in named_queries(os.path.join(top, file)):
                    roles = roles_of(path, name)
                    whys = [(r, plan(r, name, text, database)) for r in roles]
                    whys = [(r, w) for r, w in whys if w]
                    count += 1
                    if roles and not whys:
                        print(f"ok {count} - {path} {name}:",
                              " ".join(roles))
                        continue
                    bad += 1
                    print(f"not ok {count} - {path} {name}")
                    for role, why in whys or [("?", "no process is named")]:
                        print(f"# as {role}: {why}")
    print(f"1..{count}")
    return 1 if bad or not count else 0


sys.exit(main())
