-- SPDX-License-Identifier: Apache-2.0
-- Sign-in with a password.

-- login_candidate :opt
SELECT id::text, email, name, verified_at IS NOT NULL AS verified,
    password_hash
FROM account WHERE email = lower($1::text) AND state = 'active';
