# SPDX-License-Identifier: Apache-2.0
"""JARs made by real tools: the inspector accepts those that start. Those that
it refuses do not start, or are not the file to upload."""
import unittest

from support_interop import JARS, inspect, java, starts

SAYS = 'acme runs'


class Taken(unittest.TestCase):

    def taken(self, name, kind):
        jar = JARS + '/' + name
        facts = inspect(jar)
        self.assertEqual(facts.get('kind'), kind, facts)
        self.assertEqual(facts['camel_version'], '4.17.0')
        self.assertTrue(facts['observability'])
        for component in 'timer', 'log':
            self.assertIn(component, facts['components'])
        self.assertIn(SAYS, starts(jar, SAYS))
        return [one['code'] for one in facts['advice']]

    def test_of_maven_shade(self):
        self.assertEqual(self.taken('shade.jar', 'camel-main'), [])

    def test_of_maven_assembly(self):
        self.assertEqual(self.taken('assembly.jar', 'camel-main'), [])

    def test_of_gradles_own_jar_task_with_its_duplicates(self):
        self.assertEqual(self.taken('gradle.jar', 'camel-main'),
                         ['names_twice'])

    def test_of_spring_boot(self):
        """xmlbeans 2.6.0, which is in this JAR, contains classes twice."""
        self.assertEqual(self.taken('boot-exec.jar', 'spring-boot'),
                         ['names_twice'])

    def test_of_spring_boot_with_its_launch_script(self):
        with open(JARS + '/boot-script.jar', 'rb') as f:
            self.assertEqual(f.read(2), b'#!')
        self.assertEqual(self.taken('boot-script.jar', 'spring-boot'),
                         ['names_twice', 'launch_script'])

    def test_of_quarkus_as_an_uber_jar(self):
        self.assertEqual(self.taken('quarkus-uber.jar', 'quarkus'),
                         ['names_twice'])


class Refused(unittest.TestCase):

    def refused(self, name, code):
        answer = inspect(JARS + '/' + name)
        self.assertEqual(answer.get('code'), code, answer)
        return answer['detail']

    def test_signature_that_maven_shade_left_in_it(self):
        """The signature of bcprov makes this JAR invalid for every JVM; the
        refusal says what to do."""
        self.assertIn('SecurityException',
                      java('-jar', JARS + '/shade-signed.jar').stdout)
        self.assertIn('*.SF', self.refused('shade-signed.jar',
                                           'jar_stale_signature'))

    def test_jar_without_its_libraries(self):
        self.assertIn('no main manifest attribute',
                      java('-jar', JARS + '/thin.jar').stdout)
        self.assertIn('Maven Shade', self.refused('thin.jar',
                                                  'jar_no_main_class'))

    def test_parts_of_a_quarkus_fast_jar(self):
        """A Quarkus build makes a fast-jar by default; its parts are
        refused."""
        for name in 'quarkus-run.jar', 'quarkus-thin.jar':
            self.assertIn('quarkus.package.jar.type=uber-jar',
                          self.refused(name, 'jar_fast_jar'))


if __name__ == '__main__':
    unittest.main()
