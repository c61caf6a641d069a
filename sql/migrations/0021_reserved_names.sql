-- SPDX-License-Identifier: Apache-2.0
-- Names that no tenant and no application gets: they are words of our paths
-- and of the registry, or speak for the platform. Operators may add to them;
-- who has such a name already keeps it. Locks nothing.

CREATE TABLE cameleer.reserved_name (
	noun		text NOT NULL CHECK (noun IN ('tenant', 'app')),
	name		text NOT NULL CHECK (name = lower(name)),
	PRIMARY KEY (noun, name)
);

-- Words that stand where such a name may stand in a path, and the registry's
-- folder of the platform's own images.
INSERT INTO cameleer.reserved_name (noun, name) VALUES
    ('tenant', 'download'), ('tenant', 'health'), ('tenant', 'keys'),
    ('tenant', 'platform'), ('tenant', 'ready'), ('tenant', 'revocations'),
    ('tenant', 'versions'),
    ('app', 'environments'), ('app', 'health'), ('app', 'limits'),
    ('app', 'ready');

-- Words under which people expect the platform itself.
INSERT INTO cameleer.reserved_name (noun, name)
SELECT noun, name FROM unnest('{tenant,app}'::text[]) noun,
    unnest('{abuse,admin,administrator,api,auth,billing,cameleer,console,
    hostmaster,internal,license,localhost,login,mail,operator,platform,
    postmaster,root,security,server,status,support,system,tenants,webmaster,
    www}'::text[]) name
ON CONFLICT DO NOTHING;

-- Those of a tenant also become names of hosts and of mailboxes one day.
INSERT INTO cameleer.reserved_name (noun, name)
SELECT 'tenant', name FROM unnest('{account,accounts,apps,autoconfig,
    autodiscover,blog,cdn,dashboard,docs,ftp,help,imap,info,licence,metrics,
    noreply,"null",oauth,portal,register,signin,signup,smtp,sso,static,
    undefined,wpad}'::text[]) name
ON CONFLICT DO NOTHING;

GRANT SELECT ON cameleer.reserved_name TO cameleer_tenants, cameleer_apps;
