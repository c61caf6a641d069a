# SPDX-License-Identifier: Apache-2.0
"""For tests of logs: prints as the quickstart's application, and reads what
the API shows."""
import os
import time

from support_stack import ENV, SLOW, TestCase, inspect, owner

APP = 'orders'


class LogCase(TestCase):
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
