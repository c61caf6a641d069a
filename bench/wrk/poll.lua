-- SPDX-License-Identifier: Apache-2.0
-- Servers of $BENCH_TENANTS tenants ask for their licences, one after another.

local tenants = tonumber(os.getenv("BENCH_TENANTS"))
local at = 0

wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_BOOTSTRAP")

function request()
	at = at % tenants + 1
	return wrk.format("GET", string.format("/api/license/poll%d", at))
end
