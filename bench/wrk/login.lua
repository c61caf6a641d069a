-- SPDX-License-Identifier: Apache-2.0
-- Sign-in of bench1 to bench16 in turn, with the owner's password.

local file = assert(io.open(os.getenv("BENCH_SECRET") .. "/owner.password"))
local password = file:read("*l")
local n = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
file:close()

function request()
	n = n % 16 + 1
	return wrk.format(nil, nil, nil, '{"email":"bench' .. n ..
	    '@example.test","password":"' .. password ..
	    '","session":"token"}')
end
