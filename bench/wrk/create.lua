-- SPDX-License-Identifier: Apache-2.0
-- POST of an application that nobody has yet: $BENCH_ROUND and a number.

local file = assert(io.open(os.getenv("BENCH_SECRET") .. "/bearer"))
local prefix = "b" .. os.getenv("BENCH_ROUND") .. "-"
local n = 0

wrk.method = "POST"
wrk.headers["Authorization"] = file:read("*l")
wrk.headers["Content-Type"] = "application/json"
file:close()

function request()
	n = n + 1
	return wrk.format(nil, nil, nil, '{"name":"' .. prefix .. n ..
	    '","display_name":"Bench"}')
end
