# SPDX-License-Identifier: Apache-2.0
"""The log of an application is complete, in order and bounded."""
import time
import unittest

from support_logs import APP, LogCase
from support_stack import eventually, number, query


class Log(LogCase):

    def test_burst_is_whole(self):
        after = self.last()
        self.write(''.join('burst %d %.3f\n' % (i, time.time())
                           for i in range(1500)))
        lines, _ = self.follow(after, 'burst', 1500)
        self.assertEqual(self.numbers(lines), list(range(1500)))

    def test_colours_levels_and_long_lines(self):
        after = self.last()
        self.write('\x1b[32mINFO\x1b[0m odd 1 0\n10 %%\rodd 2 0\n'
                   'odd 3 0 %s\n' % ('x' * 20000))
        eventually(20, lambda: len(self.user.get(
            self.path + '&after=' + after)['items']) >= 3, 'three lines')
        lines = [(i['line'], i['level']) for i in self.user.get(
            self.path + '&after=' + after)['items'] if 'odd' in i['line']]
        self.assertEqual(lines[:2], [('INFO odd 1 0', 'info'),
                                     ('odd 2 0', None)])
        self.assertRegex(lines[2][0], r'x \u2026 \[\d+ bytes more\]$')

    def test_stack_trace_has_the_level_of_its_line(self):
        after = self.last()
        self.write('ERROR trace 1 0\n\tat trace.of(Java) 2 0\n'
                   'Caused by: trace 3 0\n\tat trace 4 0\ntrace 5 0\n')
        lines, _ = self.follow(after, 'trace', 5)
        self.assertEqual([line['level'] for line in lines],
                         ['error'] * 4 + [None])
        page = self.user.get(self.path + '&level=error&after=' + after)
        self.assertEqual([item['line'] for item in page['items']],
                         [line['line'] for line in lines[:4]])

    def test_size_is_bounded_and_known(self):
        for first in range(0, 5000, 250):
            self.write(''.join('big %d %s 0\n' % (i, 'x' * 8000)
                               for i in range(first, first + 250)))
            time.sleep(1)       # else the engine rotates them away
        counted = ('SELECT sum(octet_length(line)), d.log_bytes'
                   ' FROM app_log l JOIN deployment d ON d.id ='
                   ' l.deployment_id JOIN application a ON a.id ='
                   ' d.application_id WHERE a.name = $1 GROUP BY 2')
        eventually(60, lambda: number(
            "SELECT count(*) FROM app_log WHERE line LIKE 'big 4999 %'") > 0,
                   'the last line')
        [(kept, known)] = query(counted, APP)
        self.assertEqual(kept, known)
        self.assertLessEqual(int(kept), 32 * 2 ** 20)
        self.assertGreater(int(kept), 30 * 2 ** 20)
        self.assertIn('removed here', self.user.get(
            self.path + '&after=0')['items'][0]['line'])

    def test_start_is_in_the_log(self):
        """The log has the first line that the application's container
        printed."""
        first = query('SELECT line FROM app_log l JOIN deployment d'
                      ' ON d.id = l.deployment_id JOIN application a'
                      ' ON a.id = d.application_id WHERE a.name = $1'
                      ' ORDER BY seq LIMIT 1', APP)
        self.assertTrue(first)


if __name__ == '__main__':
    unittest.main()
