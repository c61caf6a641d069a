# SPDX-License-Identifier: Apache-2.0
"""The log of an application that prints much is up to date.

It needs a quiet machine, so it runs only when it is named:
sh tests/tiers/engine.sh log_rate."""
import threading
import time
import unittest

from support_logs import LogCase
from support_stack import SLOW, say

RATE, SECONDS = 5000, 10        # lines per second, and how long


class LogRate(LogCase):

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
        self.assertLess(lag, 2 * SLOW)


if __name__ == '__main__':
    unittest.main()
