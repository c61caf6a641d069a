# SPDX-License-Identifier: Apache-2.0
"""A JAR that readers could understand differently: the inspector reads what a
JVM reads, or refuses the JAR."""
import os
import tempfile
import unittest
import zipfile

from support_interop import JARS, Archive, compile_java, entry, inspect, java

MANIFEST = 'Manifest-Version: 1.0\r\nMain-Class: %s\r\n\r\n'
APP = '''package acme;
public class App {
    public static void main(String[] x) throws Exception {
        System.out.print(lib.Twice.SAYS.toString());
        try (var in = App.class.getResourceAsStream("/twice.txt")) {
            System.out.print(in == null ? "" :
                " " + new String(in.readAllBytes()));
        }
    }
}
'''
TWICE = '''package lib;
public class Twice { public static final StringBuilder SAYS =
    new StringBuilder("%s"); }
'''
LOADER = 'org/springframework/boot/loader/'


class Case(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.twice = []
        for word in 'first', 'second', 'third':
            classes = compile_java(
                cls.dir.name, {'acme/App.java': APP,
                               'lib/Twice.java': TWICE % word})
            cls.twice.append(classes['lib/Twice.class'])
        cls.app = classes['acme/App.class']

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def write(self, data):
        path = os.path.join(self.dir.name, self.id() + '.jar')
        with open(path, 'wb') as f:
            f.write(data)
        return path

    def flat(self, *twice):
        """Returns a JAR in which a class and a text occur once for each
        number."""
        a = Archive().add('META-INF/MANIFEST.MF', MANIFEST % 'acme.App')
        for n in twice:
            a.add('lib/Twice.class', self.twice[n])
            a.add('twice.txt', 'text %d' % n)
        return a.add('acme/App.class', self.app)


class OfOneName(Case):

    def test_jvm_and_inspector_take_the_last_entry_of_a_name(self):
        for order in (0, 1), (1, 0), (0, 1, 2), (2, 0, 1):
            jar = self.write(self.flat(*order).bytes())
            word = ('first', 'second', 'third')[order[-1]]
            self.assertEqual(java('-jar', jar).stdout,
                             '%s text %d' % (word, order[-1]))
            self.assertEqual(entry(jar, 'lib/Twice.class'),
                             self.twice[order[-1]])
            self.assertEqual(entry(jar, 'twice.txt'),
                             b'text %d' % order[-1])

    def test_order_is_that_of_the_directory_not_of_the_data(self):
        a = self.flat(0, 1)
        a.entries.reverse()
        jar = self.write(a.bytes())
        self.assertEqual(java('-jar', jar).stdout, 'first text 0')
        self.assertEqual(entry(jar, 'lib/Twice.class'), self.twice[0])
        self.assertEqual(entry(jar, 'twice.txt'), b'text 0')

    def test_jvm_disagrees_with_itself_about_two_manifests(self):
        """With two manifests the JVM's launcher takes the first, its library
        the last; the inspector refuses the JAR."""
        a = Archive().add('META-INF/MANIFEST.MF', MANIFEST % 'acme.App')
        a.add('META-INF/MANIFEST.MF',
              'Manifest-Version: 1.0\r\nMain-Class: acme.Other\r\n'
              'Launcher-Agent-Class: none.Such\r\n\r\n')
        a.add('acme/App.class', self.app)
        a.add('lib/Twice.class', self.twice[0])
        jar = self.write(a.bytes())
        self.assertNotIn('first', java('-jar', jar).stdout)
        self.assertEqual(inspect(jar)['code'], 'jar_duplicate_name')

    def boot(self, *twice):
        """Returns a JAR with Spring Boot's real loader and a library in which a
        class occurs several times."""
        inner = Archive()
        for n in twice:
            inner.add('lib/Twice.class', self.twice[n])
        a = Archive().add(
            'META-INF/MANIFEST.MF', MANIFEST % (
                LOADER.replace('/', '.') + 'launch.JarLauncher\r\n'
                'Start-Class: acme.App\r\n'
                'Spring-Boot-Classes: BOOT-INF/classes/\r\n'
                'Spring-Boot-Lib: BOOT-INF/lib/'))
        with zipfile.ZipFile(JARS + '/boot-exec.jar') as real:
            for name in real.namelist():
                if name.startswith(LOADER) and not name.endswith('/'):
                    a.add(name, real.read(name))
        a.add('BOOT-INF/classes/', method=0)
        a.add('BOOT-INF/classes/acme/App.class', self.app)
        a.add('BOOT-INF/lib/', method=0)
        return a.add('BOOT-INF/lib/twice.jar', inner.bytes(), method=0)

    def test_spring_boots_loader_takes_one_of_them(self):
        """Spring Boot's loader takes one of the entries; it is undefined which,
        so the inspector reads none."""
        for order in (0, 1), (1, 0), (0, 1, 0):
            jar = self.write(self.boot(*order).bytes())
            self.assertIn(java('-jar', jar).stdout, ('first', 'second'))


class Manifest(Case):

    def test_jvm_starts_none_with_a_byte_order_mark(self):
        a = Archive().add('META-INF/MANIFEST.MF',
                          '\ufeff' + MANIFEST % 'acme.App')
        a.add('lib/Twice.class', self.twice[0])
        jar = self.write(a.add('acme/App.class', self.app).bytes())
        self.assertNotIn('first', java('-jar', jar).stdout)
        self.assertEqual(inspect(jar)['code'], 'jar_bad_manifest')


class Prefix(Case):

    def test_jvm_starts_what_begins_with_a_script(self):
        """A JVM starts a JAR that begins with a script, whether its offsets
        count the script or not; the inspector accepts only the first kind."""
        script = b'#!/bin/sh\nexec java -jar "$0"\n'
        whole = self.flat(0).bytes()
        counted = Archive().raw(script)
        for name, data in (('META-INF/MANIFEST.MF', MANIFEST % 'acme.App'),
                           ('lib/Twice.class', self.twice[0]),
                           ('twice.txt', b'text 0'),
                           ('acme/App.class', self.app)):
            counted.add(name, data)
        for data, code in ((script + whole, 'jar_prefix'),
                           (counted.bytes(), 'jar_not_camel')):
            jar = self.write(data)
            self.assertEqual(java('-jar', jar).stdout, 'first text 0')
            self.assertEqual(inspect(jar)['code'], code)


if __name__ == '__main__':
    unittest.main()
