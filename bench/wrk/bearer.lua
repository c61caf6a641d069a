-- SPDX-License-Identifier: Apache-2.0
-- GET with the token of $BENCH_SECRET/bearer.

local file = assert(io.open(os.getenv("BENCH_SECRET") .. "/bearer"))
wrk.headers["Authorization"] = file:read("*l")
file:close()
