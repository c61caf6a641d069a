#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test_server.sh - the doubles of cameleer-server and the agent keep their
# contract: against a real PostgreSQL and a key list over TLS.  Prints TAP.
# Needs openjdk-17-jdk-headless, maven, postgresql, openssl, python3.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/../../packaging/lib/java.sh"
"$here/cameleer-server/build" >&2
"$here/agent/build" >&2
exec python3 "$here/test_server.py"
