# SPDX-License-Identifier: Apache-2.0
"""Periodic work is done when it is due, however many kinds there are."""
import unittest

from support import TestCase, eventually
from support_sql import DB


class Schedule(TestCase):
    """All kinds of periodic work, as the workers of this platform do them."""

    def test_no_kind_is_late(self):
        """What is due every second or two waits for no idle second of a
        worker: each kind has its turn before it is a second late."""
        eventually(30, lambda: DB.rows(
            "SELECT count(*) FROM schedule WHERE next_at < now()"
            " - interval '1 second'") == [('0',)], 'a moment of no delay')
        self.assertGreater(DB.number('SELECT count(*) FROM schedule'), 10)


if __name__ == '__main__':
    unittest.main()
