# SPDX-License-Identifier: Apache-2.0
"""A browser that follows no redirect by itself, and tenants with a provider."""
import http.client
import re
import ssl
import urllib.parse

from support import ENV, STATE
from support_http import BASE
from support_sql import DB
from support_world import Tenant

IDP = STATE + '/idp'
DOMAIN = 'people.example'
GROUP_ROLES = {'admins': 'admin', 'dev': 'developer'}


class Page:
    """A page: status, headers and body of an answer."""

    def __init__(self, url, raw):
        self.url, self.status = url, raw.status
        self.body = raw.read().decode('utf-8', 'replace')
        self.headers = raw.headers
        where = raw.headers.get('Location')
        self.location = urllib.parse.urljoin(url, where) if where else None
        self.request_id = raw.headers.get('X-Request-Id')

    @property
    def problem(self):
        """Returns the problem code that the sign-in page is given, or None."""
        found = re.search(r'/sign-in\?problem=([a-z0-9_]+)',
                          self.location or '')
        return found.group(1) if found else None

    def action(self):
        """Returns the URL to which the page's form is sent."""
        found = re.search(r'<form[^>]*action="([^"]+)"', self.body)
        assert found, (self.url, self.status, self.body[:500])
        return urllib.parse.urljoin(self.url,
                                    found.group(1).replace('&amp;', '&'))


class Browser:
    """A browser with a cookie jar for each host."""

    def __init__(self):
        self.jar = {}
        self.tls = ssl.create_default_context(
            cafile='/etc/ssl/certs/ca-certificates.crt')
        self.tls.load_verify_locations(ENV['ca_cert'])

    def cookies(self, url):
        """Returns the cookies of the URL's host."""
        return self.jar.setdefault(urllib.parse.urlsplit(url).netloc, {})

    def send(self, method, url, body=None, headers=None):
        """Sends one request; returns the page."""
        at = urllib.parse.urlsplit(url)
        jar = self.cookies(url)
        headers = dict(headers or {}, Cookie='; '.join(
            '%s=%s' % pair for pair in jar.items()))
        connection = http.client.HTTPSConnection(
            at.hostname, at.port or 443, context=self.tls, timeout=60)
        try:
            connection.request(method, url[len(at.scheme + '://' + at.netloc):]
                               or '/', body, headers)
            page = Page(url, connection.getresponse())
        finally:
            connection.close()
        for text in page.headers.get_all('Set-Cookie') or []:
            name, _, value = text.partition(';')[0].partition('=')
            jar[name.strip()] = value
            if 'max-age=0' in text.lower().replace(' ', ''):
                jar.pop(name.strip())
        return page

    def get(self, url):
        """Sends a GET request."""
        return self.send('GET', url)

    def post(self, url, **fields):
        """Sends a form by POST."""
        return self.send('POST', url, urllib.parse.urlencode(fields), {
            'Content-Type': 'application/x-www-form-urlencoded'})

    def start(self, tenant, return_to='/apps'):
        """Starts a sign-in; returns the redirect to the provider."""
        page = self.get('%s/api/sso/start?tenant=%s&return=%s' % (
            BASE, tenant.slug, return_to))
        assert page.status == 303, page.body
        return page

    def back(self, url):
        """Follows the provider's redirect to the platform; returns the page
        behind it, or the one with a problem."""
        page = self.get(url)
        assert page.status == 303, page.body
        return page if page.problem else self.get(page.location)

    def me(self):
        """Asks who is signed in; returns the page."""
        return self.get(BASE + '/api/auth/me')


def parameters(url):
    """Returns the parameters of a URL's query; each must occur once."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query,
                                   strict_parsing=True)
    assert len(dict(pairs)) == len(pairs), url
    return dict(pairs)


def tenant_with(issuer, client, secret, slug=None, **settings):
    """Returns a tenant with this provider, and its owner's session."""
    tenant = Tenant('high')
    if slug:
        DB.run('UPDATE tenant SET slug = $1 WHERE id = $2', slug, tenant.id)
        tenant.slug = slug
    owner = tenant.login()
    body = dict({'issuer': issuer, 'client_id': client,
                 'client_secret': secret, 'default_role': 'viewer',
                 'group_roles': GROUP_ROLES}, **settings)
    answer = owner.call('PUT', '/api/sso/provider', body)
    assert answer.status == 200, answer.describe()
    return tenant, owner


def claim(tenant, owner, domain=DOMAIN):
    """Verifies a domain for the tenant by DNS; removes earlier claims."""
    DB.run('DELETE FROM sso_domain WHERE domain = $1', domain)
    made = owner.post('/api/sso/domains', {'domain': domain}).json()
    with open(IDP + '/names', 'a', encoding='ascii') as file:
        file.write('TXT %s %s\n' % (made['txt_name'], made['txt_value']))
    answer = owner.post('/api/sso/domains/%s/verify' % made['domain'])
    assert answer.status == 200 and answer.json()['verified_at'], \
        answer.describe()
    return tenant


def strangers():
    """Makes all people of the test domain unknown to every tenant."""
    DB.run("DELETE FROM sso_identity; DELETE FROM sso_session;"
           ' DELETE FROM membership m USING account a WHERE'
           " a.id = m.account_id AND a.email LIKE '%@people.example';"
           " UPDATE account SET email = id || '@gone.example'"
           " WHERE email LIKE '%@people.example'")


def known_again(tenant):
    """Lets the tenant's provider be asked for keys at once, and ends its
    rest."""
    DB.run('UPDATE sso_provider SET keys_tried_at = NULL,'
           ' rests_until = NULL WHERE tenant_id = $1', tenant.id)


def trail(request_id):
    """Returns (tenant, action, result, code, reason) of a request."""
    return DB.rows(
        'SELECT tenant_id, action, result, code, facts->>$2'
        ' FROM audit_event WHERE request_id = $1', request_id, 'reason')
