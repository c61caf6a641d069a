# SPDX-License-Identifier: Apache-2.0
"""A JAR is uploaded through nginx: accepted with its facts, or refused with the
reason and removed everywhere."""
import hashlib
import os
import subprocess
import threading
import time
import unittest

from edge import read_answer
from support import SLOW, STATE, TestCase, children, eventually, kill, unique
from support_http import BASE, connect, request
from support_jar import corpus, filler, good
from support_probe import Request, of_app
from support_sql import DB, audit_rows
from support_world import Tenant, app

SPOOL = STATE + '/spool'
BODIES = STATE + '/nginx/tmp/'
JAR = 'application/java-archive'


def spooled():
    """Returns the files in the spool of uploads."""
    return sorted(os.listdir(SPOOL))


def holder(pids, prefix):
    """Returns the pid that has a file with this prefix open. Only descriptors
    show files without a name."""
    for pid in pids:
        try:
            for fd in os.listdir('/proc/%d/fd' % pid):
                if os.readlink('/proc/%d/fd/%s' % (pid, fd)).startswith(
                        prefix):
                    return pid
        except OSError:
            pass
    return None


def bodies():
    """Tells whether any part of an upload exists; nginx keeps none."""
    return any(name.isdigit() for place in ('body', 'fastcgi')
               for _, _, names in os.walk(BODIES + place)
               for name in names) or \
        holder(children('nginx'), BODIES) is not None or \
        unnamed(children('apps')) is not None


def unnamed(pids):
    """Returns the pid that receives an upload now."""
    return holder(pids, SPOOL + '/#')


class Mounted:
    """A small file system mounted as the spool."""

    def __init__(self, options):
        self.options = options

    def __enter__(self):
        about = os.stat(SPOOL)
        subprocess.run(
            ['mount', '-t', 'tmpfs', '-o', 'mode=2770,uid=%d,gid=%d,%s' % (
                about.st_uid, about.st_gid, self.options), 'spool', SPOOL],
            check=True)

    def __exit__(self, *args):
        # the upload that was refused is let go after its answer
        eventually(5, lambda: subprocess.run(['umount', SPOOL]).returncode
                   == 0, 'nothing open in the small spool')


class UploadCase(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('mid')
        cls.session = cls.tenant.login('developer')
        cls.app = app(cls.session)
        cls.path = '/api/apps/%s/releases' % cls.app

    def releases(self):
        return DB.number('SELECT count(*) FROM release WHERE tenant_id = $1',
                         self.tenant.id)

    def upload(self, body, **given):
        return self.session.post(self.path, body, **given)

    def refused(self, status, code, send):
        """Checks that the upload is refused within a second, with the reason,
        and leaves no trace."""
        spool, rows = spooled(), self.releases()
        answer = send()
        self.assertAnswer(answer, status, code)
        self.assertTrue(answer.json()['detail'])
        self.assertLess(answer.seconds, 1 * SLOW)
        self.assertEqual(spooled(), spool)
        self.assertEqual(self.releases(), rows)
        eventually(2, lambda: not bodies(), 'an empty directory of bodies')
        return answer


class Accepted(UploadCase):

    def test_good_jar_becomes_a_release_with_its_facts(self):
        body = good()
        answer = self.assertAnswer(self.upload(body), 202)
        release = answer.json()['release']
        self.assertEqual(
            (release['state'], release['jar_size'], release['jar_sha256']),
            ('uploaded', len(body), hashlib.sha256(body).hexdigest()))
        facts = release['jar_facts']
        self.assertEqual(facts['kind'], 'camel-main')
        self.assertEqual(facts['vulnerabilities'], 'not scanned')
        self.assertIs(facts['scan_complete'], True)
        self.assertRegex(facts['camel_version'], r'^\d+\.\d+')
        self.assertIn('warnings', facts)
        self.assertEqual((facts['java_level'], facts['java_runtime']),
                         (17, 17))
        self.assertEqual(facts['advice'], [])
        path = '%s/%s.jar' % (SPOOL, release['id'])
        about = os.stat(path)
        self.assertEqual((about.st_size, about.st_mode & 0o777),
                         (len(body), 0o640))
        kind, subject = DB.rows('SELECT kind, subject_id FROM operation'
                                ' WHERE id = $1',
                                answer.json()['operation'])[0]
        self.assertEqual((kind, subject), ('release.assemble',
                                           release['id']))
        eventually(2, lambda: not bodies(), 'an empty directory of bodies')

    def test_one_key_is_one_release(self):
        """An upload repeated with the same key, as after a lost answer, makes
        one release."""
        path = '/api/apps/%s/releases' % app(self.session)
        key, body = unique('key'), good()
        first = self.session.post(path, body, key=key)
        self.assertAnswer(first, 202)
        spool, rows = spooled(), self.releases()
        for _ in range(2):
            again = self.session.post(path, body, key=key)
            self.assertAnswer(again, 202)
            self.assertEqual(again.json(), first.json())
            self.assertEqual(again.headers.get('idempotency-replayed'),
                             'true')
            self.assertEqual(audit_rows(again.request_id), [])
        self.assertAnswer(self.session.post(path, good() + b'\n', key=key),
                          422)
        self.assertAnswer(self.session.post(
            path + '?deploy=false', body, key=key), 422,
            'idempotency_key_reused')
        self.assertEqual(self.releases(), rows)
        self.assertEqual(set(spooled()) - set(spool), set())

    def test_numbers_follow_each_other(self):
        path = '/api/apps/%s/releases' % app(self.session)
        got = [self.session.post(path, good()).json()['release']['number']
               for _ in range(3)]
        self.assertEqual(got, [1, 2, 3])

    def test_upload_goes_to_the_first_environment_unless_told_not_to(self):
        for query, wanted in (('', self.tenant.environment()),
                              ('?deploy=true', self.tenant.environment()),
                              ('?deploy=false', None)):
            answer = self.session.post(self.path + query, good())
            self.assertEqual(DB.value('SELECT deploy_to FROM release WHERE'
                                      ' id = $1', answer.json()['release'][
                                          'id']), wanted)

    def test_chunked_upload(self):
        body = good()
        with connect() as tls:
            tls.sendall(('POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s'
                         '\r\nAuthorization: Bearer %s\r\nConnection: close'
                         '\r\nTransfer-Encoding: chunked\r\n\r\n' % (
                             self.path, BASE.partition('//')[2], JAR,
                             self.session.access)).encode())
            for start in range(0, len(body), 1000):
                piece = body[start:start + 1000]
                tls.sendall(b'%x\r\n%s\r\n' % (len(piece), piece))
            tls.sendall(b'0\r\n\r\n')
            self.assertIn(b'HTTP/1.1 202', tls.recv(4096))


    def test_advice_comes_with_what_is_taken(self):
        advice = {}
        for name, code, body in corpus():
            if code == 'ok':
                answer = self.assertAnswer(self.upload(body), 202)
                for one in answer.json()['release']['jar_facts']['advice']:
                    advice.setdefault(one['code'], {})[name] = one['text']
        self.assertIn('ok.names-twice.jar', advice['names_twice'])
        self.assertIn('LICENSE', advice['names_twice'][
            'ok.names-twice.jar'])
        self.assertIn('ok.script.jar', advice['launch_script'])
        self.assertIn('ok.script.jar', advice['no_observability'])
        self.assertNotIn('ok.spring-boot.jar', advice['no_observability'])


class Refused(UploadCase):

    def test_every_jar_of_the_corpus_is_judged_as_by_the_inspector(self):
        worst = 0
        for name, code, body in corpus():
            with self.subTest(name=name):
                if code == 'ok':
                    self.assertAnswer(self.upload(body), 202)
                    continue
                answer = self.refused(422, code,
                                      lambda b=body: self.upload(b))
                worst = max(worst, answer.seconds)
        print('# slowest refusal of a JAR: %.3f s' % worst)

    def test_secrets_are_named_by_place_and_not_shown(self):
        for name, code, body in corpus():
            if code != 'jar_secrets':
                continue
            answer = self.refused(422, code, lambda b=body: self.upload(b))
            places = answer.json()['errors']
            self.assertTrue(places, name)
            for place in places:
                self.assertRegex(place['detail'], r'^line \d+: ')
            for marker in (b'BEGIN', b'AKIA', b'PRIVATE KEY-'):
                self.assertNotIn(marker, answer.body)

    def test_too_large_for_the_tier(self):
        limit = DB.number("SELECT jar_bytes FROM plan WHERE tier = 'mid'")
        DB.run("UPDATE plan SET jar_bytes = 1048576 WHERE tier = 'mid'")
        try:
            answer = self.refused(413, 'jar_too_large', lambda: self.upload(
                filler(1048576)))
            self.assertIn('up to 1 MiB', answer.json()['detail'])
            DB.run("UPDATE plan SET jar_bytes = 1048575 WHERE tier = 'mid'")
            answer = self.refused(413, 'jar_too_large', lambda: self.upload(
                filler(1048576)))
            self.assertIn('up to 1048575 bytes', answer.json()['detail'])
            DB.run("UPDATE plan SET jar_bytes = 1048576 WHERE tier = 'mid'")
            self.assertEqual(self.session.get('/api/apps/limits').json(),
                             {'jar_bytes': 1048576, 'java_levels': '17'})
            self.assertAnswer(self.upload(good()), 202)
            other = Tenant('high')
            path = '/api/apps/%s/releases' % app(other.login())
            self.assertAnswer(other.login().post(path, filler(1048576)), 422)
        finally:
            DB.run("UPDATE plan SET jar_bytes = $1 WHERE tier = 'mid'",
                   limit)

    def test_too_large_for_all_is_refused_before_its_first_byte(self):
        with connect() as tls:
            began = time.monotonic()
            tls.sendall(('POST %s HTTP/1.1\r\nHost: localhost\r\n'
                         'Content-Type: %s\r\nContent-Length: %d\r\n'
                         'Authorization: Bearer %s\r\n\r\n' % (
                             self.path, JAR, (256 << 20) + 1,
                             self.session.access)).encode())
            self.assertIn(b'HTTP/1.1 413', tls.recv(4096))
            self.assertLess(time.monotonic() - began, 1 * SLOW)
        self.assertFalse(bodies())

    def test_no_jar_at_all(self):
        self.refused(422, 'jar_not_zip', lambda: self.upload(
            b'just some text that is no archive'))
        empty = self.refused(422, 'jar_not_zip', lambda: self.upload(b''))
        self.assertEqual(empty.json()['detail'], 'the file is empty')

    def test_classes_for_a_newer_java_than_there_is(self):
        """A JAR for a newer Java is refused at upload, with advice, and not
        later by the container."""
        for major, level in ((65, 21), (69, 25)):
            answer = self.refused(
                422, 'jar_java_level',
                lambda m=major: self.upload(good(java=m)))
            detail = answer.json()['detail']
            self.assertIn('need Java %d' % level, detail)
            self.assertIn('Java 17', detail)
            self.assertIn('maven.compiler.release', detail)

    def test_wrong_content_type(self):
        for kind in ('application/zip', 'application/json', 'text/plain',
                     'multipart/form-data; boundary=x', '', None,
                     'application/java-archive; charset=x'):
            self.refused(415, 'jar_required', lambda k=kind: self.upload(
                good(), headers={'Content-Type': k}))

    def test_refused_before_its_body_is_read(self):
        body = filler(20 << 20)
        for path, code in (('/api/apps/nobody/releases', 'no_such_app'),):
            self.refused(404, code,
                         lambda p=path: self.session.post(p, body))
        viewer = self.tenant.login('viewer')
        self.refused(403, 'not_permitted',
                     lambda: viewer.post(self.path, body))
        self.refused(401, 'sign_in_required', lambda: request(
            'POST', self.path, body))
        self.refused(400, 'invalid_fields', lambda: self.session.post(
            self.path + '?deploy=maybe', body))

    def test_application_that_is_being_deleted(self):
        name = app(self.session)
        DB.run("UPDATE application SET state = 'deleting' WHERE name = $1",
               name)
        path = '/api/apps/%s/releases' % name
        self.refused(409, 'app_is_deleted',
                     lambda: self.session.post(path, good()))

    def test_what_changed_while_the_body_came_counts(self):
        """An upload takes up to half an hour: rights, licence and state of the
        tenant are those at its end."""
        tenant = Tenant('mid')
        session = tenant.login('developer')
        path, body = '/api/apps/%s/releases' % app(session), good()
        spool = spooled()
        for change, undo, status, code in (
                ("UPDATE tenant SET state = 'suspended' WHERE id = $1",
                 "UPDATE tenant SET state = 'active' WHERE id = $1",
                 423, 'tenant_suspended'),
                ("UPDATE license SET state = 'suspended' WHERE tenant_id = $1",
                 "UPDATE license SET state = 'active' WHERE tenant_id = $1",
                 403, 'license_read_only'),
                ("UPDATE membership SET role = 'viewer' WHERE tenant_id = $1"
                 " AND role = 'developer'", 'SELECT $1::uuid',
                 403, 'not_permitted')):
            if code == 'license_read_only':
                tenant.license()
            with connect() as tls:
                tls.sendall(('POST %s HTTP/1.1\r\nHost: localhost\r\n'
                             'Content-Type: %s\r\nContent-Length: %d\r\n'
                             'Authorization: Bearer %s\r\n\r\n' % (
                                 path, JAR, len(body),
                                 session.access)).encode() + body[:100])
                eventually(5, bodies, 'a body on its way')
                DB.run(change, tenant.id)
                tls.sendall(body[100:])
                answer = read_answer(tls)
            DB.run(undo, tenant.id)
            self.assertEqual((answer.status, answer.json().get('code')),
                             (status, code))
        self.assertEqual(spooled(), spool)
        self.assertEqual(DB.number('SELECT count(*) FROM release WHERE'
                                   ' tenant_id = $1', tenant.id), 0)

    def test_connection_cut_within_the_body(self):
        spool, rows = spooled(), self.releases()
        body = filler(3 << 20)
        with connect() as tls:
            tls.sendall(('POST %s HTTP/1.1\r\nHost: localhost\r\n'
                         'Content-Type: %s\r\nContent-Length: %d\r\n'
                         'Authorization: Bearer %s\r\n\r\n' % (
                             self.path, JAR, len(body),
                             self.session.access)).encode())
            tls.sendall(body[:2 << 20])
            eventually(5, bodies, 'a body on its way')
        eventually(5, lambda: not bodies(), 'no body left')
        self.assertEqual((spooled(), self.releases()), (spool, rows))

    def test_chunked_body_without_its_end(self):
        """A chunked body without its end is refused, although the part received
        is a complete JAR."""
        spool, rows = spooled(), self.releases()
        body = good()
        with connect() as tls:
            tls.sendall(('POST %s HTTP/1.1\r\nHost: localhost\r\n'
                         'Content-Type: %s\r\nAuthorization: Bearer %s\r\n'
                         'Transfer-Encoding: chunked\r\n\r\n%x\r\n' % (
                             self.path, JAR, self.session.access,
                             len(body))).encode() + body + b'\r\n')
            eventually(5, bodies, 'a body on its way')
        eventually(5, lambda: not bodies(), 'no body left')
        self.assertEqual((spooled(), self.releases()), (spool, rows))

    def test_nothing_else_with_a_large_body_is_taken_there(self):
        for method in ('GET', 'HEAD', 'PUT'):
            with connect() as tls:
                tls.sendall(('%s %s HTTP/1.1\r\nHost: localhost\r\n'
                             'Content-Length: %d\r\n\r\nx' % (
                                 method, self.path, 9 << 20)).encode())
                tls.settimeout(5)
                self.assertRegex(tls.recv(4096)[9:12], b'^40[05]$')


class Accidents(UploadCase):

    def test_killed_responder_leaves_nothing(self):
        spool, rows, body = spooled(), self.releases(), filler(int(90 / SLOW) << 20)
        for _ in range(3):
            answers = []
            thread = threading.Thread(target=lambda: answers.append(
                self.upload(body)))
            thread.start()
            victim, _ = eventually(
                20, lambda: unnamed(children('apps')), 'a file being taken')
            kill(victim)
            thread.join()
            self.assertAnswer(answers[0], 502, 'bad_gateway')
            self.assertEqual((spooled(), self.releases()), (spool, rows))
            self.assertIsNone(unnamed(children('apps')))
            eventually(2, lambda: not bodies(), 'no body left')
        self.assertAnswer(self.upload(good()), 202)

    def test_full_spool_says_so(self):
        for options in ('size=1m', 'size=800m,nr_inodes=1'):
            with Mounted(options):
                answer = self.upload(good())
                self.assertAnswer(answer, 507, 'spool_full')
                self.assertEqual(spooled(), [])
        self.assertAnswer(self.upload(good()), 202)

    def test_lost_database_leaves_no_file(self):
        """A row that the database refuses leaves no file, although the file
        already has its name."""
        name = unique('app-')
        self.session.post('/api/apps', {'name': name})
        spool = spooled()
        DB.run('ALTER TABLE release ADD CONSTRAINT t CHECK (number < 0)'
               ' NOT VALID')
        try:
            answer = self.session.post('/api/apps/%s/releases' % name,
                                       good())
            self.assertAnswer(answer, 500, 'internal')
            self.assertNotIn('detail', answer.json())
        finally:
            DB.run('ALTER TABLE release DROP CONSTRAINT t')
        self.assertEqual(spooled(), spool)


PROBES = {
    'POST /api/apps/{app}/releases': lambda cell: Request(
        good(), app=cell.fixture.app, query='?deploy=false'),
    'GET /api/apps/limits': lambda cell: Request(),
    'GET /api/apps/{app}/releases': of_app,
    'GET /api/apps/{app}/releases/{number}': lambda cell: Request(
        app=cell.fixture.app, number='1'),
}


if __name__ == '__main__':
    unittest.main()
