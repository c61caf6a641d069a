-- SPDX-License-Identifier: Apache-2.0
-- GET with the cookie of $BENCH_SECRET/cookie.

local file = assert(io.open(os.getenv("BENCH_SECRET") .. "/cookie"))
wrk.headers["Cookie"] = file:read("*l")
file:close()
