# SPDX-License-Identifier: Apache-2.0
"""Creates providers, domains and tickets of single sign-on by SQL."""
import secrets

from support import unique
from support_sql import DB
from support_world import digest

SSO_COOKIE = '__Host-cameleer-sso'
ISSUER = 'https://idp.example'


def unflooded():
    """Resets the limit that keeps three refusals of strangers a minute as audit
    rows and counts the others (decision 5)."""
    DB.run('DELETE FROM audit_flood')


def provider(tenant, issuer=ISSUER, proven=True):
    """Gives the tenant a provider; no server runs at its issuer."""
    DB.run('INSERT INTO sso_provider (tenant_id, issuer, client_id,'
           ' secret_box, default_role, group_claim, group_roles, proven_at)'
           " VALUES ($1, $2, 'app', 'none', 'viewer', 'groups', '{}',"
           ' CASE WHEN $3 THEN now() END)'
           ' ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer,'
           ' proven_at = excluded.proven_at', tenant.id, issuer, proven)


def domain(tenant, name=None, verified=False):
    """Gives the tenant a domain, verified or not; returns its name."""
    name = name or unique('d') + '.example'
    DB.run('INSERT INTO sso_domain (tenant_id, domain, challenge,'
           " verified_at) VALUES ($1, $2, 'challenge',"
           ' CASE WHEN $3 THEN now() END)', tenant.id, name, verified)
    return name


def ticket(tenant, email=None, subject=None, **given):
    """Creates a ticket, as sso.fcgi does when a provider has proven a person.
    Its address is a verified one of a proven domain by default."""
    provider(tenant, proven=given.get('proven', True))
    if email is None:
        email = unique('s') + '@' + domain(tenant, verified=True)
    token = secrets.token_urlsafe(32)
    DB.run('INSERT INTO sso_ticket (tenant_id, digest, issuer, subject,'
           ' email, email_proof, name, role, sid, return_path, expires_at)'
           " VALUES ($1, $2, $3, $4, nullif($5, ''), $11, $6, $7, $8, $9,"
           ' now() + make_interval(secs => $10))', tenant.id, digest(token),
           given.get('issuer', ISSUER), subject or unique('sub-'), email,
           given.get('name', 'Sam Signer'), given.get('role'),
           given.get('sid'), given.get('return_path', '/apps'),
           given.get('seconds', 60),
           given.get('email_proof', 'said' if email else 'missing'))
    return token
