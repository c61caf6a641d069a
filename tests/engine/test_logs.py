# SPDX-License-Identifier: Apache-2.0
"""The log of an application that prints much is complete, in order and up to
date."""
import os
import threading
import time
import unittest

from support_stack import (ENV, SLOW, TestCase, eventually, inspect, number,
                           owner, query, say)

APP = 'orders'
RATE, SECONDS = 5000, 10        # lines per second, and how long


class Logs(TestCase):
    """Tests write to the standard output of the quickstart's application."""

    @classmethod
    def setUpClass(cls):
        cls.user = owner()
        cls.path = '/api/apps/%s/logs?environment=dev' % APP
        cls.out = os.open('/proc/%d/fd/1' % inspect(ENV['container'])[
            'State']['Pid'], os.O_WRONLY)

    @classmethod
    def tearDownClass(cls):
        os.close(cls.out)

    def write(self, text):
        """Writes the whole text as the application's output."""
        data = text.encode()
        while data:
            data = data[os.write(self.out, data):]

    def last(self):
        """Returns the cursor behind the newest line."""
        return self.user.get(self.path + '&limit=1')['next']

    def follow(self, after, mark, n):
        """Reads until n lines with the mark were seen; returns them, and the
        longest time between printing and reading a line."""
        seen, lag = [], 0
        end = time.monotonic() + 60 * SLOW
        while len(seen) < n and time.monotonic() < end:
            page = self.user.get(self.path + '&limit=999&after=' + after)
            now = time.time()
            for item in page['items']:
                if mark in item['line']:
                    seen.append(item)
                    lag = max(lag, now - float(item['line'].split()[-1]))
            after = page['next'] or after
            if len(page['items']) < 999:
                time.sleep(0.2)
        return seen, lag

    def numbers(self, lines):
        return [int(line['line'].split()[1]) for line in lines]

    def test_many_lines_a_second(self):
        after, result = self.last(), []
        reader = threading.Thread(target=lambda: result.append(
            self.follow(after, 'many', RATE * SECONDS)))
        reader.start()
        began = time.monotonic()
        for second in range(SECONDS):
            for tenth in range(10):
                first = second * RATE + tenth * RATE // 10
                self.write(''.join('many %d %.3f\n' % (i, time.time())
                                   for i in range(first,
                                                  first + RATE // 10)))
                wait = began + second + (tenth + 1) / 10 - time.monotonic()
                time.sleep(max(0, wait))
        took = time.monotonic() - began
        reader.join()
        lines, lag = result[0]
        say('%d lines at %d/s: seen after %.2f s at worst' % (
            len(lines), len(lines) / took, lag))
        self.assertEqual(self.numbers(lines), list(range(RATE * SECONDS)))
        self.assertLess(lag, 3 * SLOW)

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
        time.sleep(0)
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
        self.assertGreater(int(kept), 31 * 2 ** 20)
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
