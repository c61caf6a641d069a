# SPDX-License-Identifier: Apache-2.0
"""usage: tap_unittest.py FILE...

Runs the unittest cases of some files and prints TAP: a test reads as its
method's name, and a failed one is followed by its traceback.
"""
import importlib.util
import os
import sys
import traceback
import unittest


class TapResult(unittest.TestResult):
    """Prints one line per test, and comments that explain a failure."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.seen_subtest_failure = False

    def say(self, good, test, note='', error=None):
        self.count += 1
        name = test.id().split('.', 1)[-1].replace('#', '')
        print('%s - %s%s' % ('ok' if good else 'not ok', name, note))
        if error:
            text = ''.join(traceback.format_exception(*error))
            for line in text.rstrip().split('\n'):
                print('# ' + line)
        sys.stdout.flush()

    def startTest(self, test):
        super().startTest(test)
        self.seen_subtest_failure = False

    def addSuccess(self, test):
        if not self.seen_subtest_failure:
            self.say(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say(False, test, error=err)

    def addError(self, test, err):
        super().addError(test, err)
        self.say(False, test, error=err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.seen_subtest_failure = True
            self.say(False, subtest, error=err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(True, test, ' # SKIP ' + reason)

    def addExpectedFailure(self, test, err):
        self.say(True, test, ' # TODO expected to fail')

    def addUnexpectedSuccess(self, test):
        self.say(False, test)


def load(path):
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main():
    result = TapResult()
    for path in sys.argv[1:]:
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        load(path).run(result)
    print('1..%d' % result.count)
    sys.exit(0 if result.wasSuccessful() else 1)


main()
