# SPDX-License-Identifier: Apache-2.0
"""Returns JAR files: those of the inspector's corpus and generated ones."""
import glob
import os
import struct
import sys

from support import SOURCE

sys.path.insert(0, SOURCE + '/tests/fuzz')
from make_zip import Archive        # noqa: E402

CORPUS = SOURCE + '/tests/fuzz/corpus/zip'


def corpus():
    """Returns (file name, expected result, bytes) of each JAR of the corpus;
    the result is 'ok' or the code of the refusal."""
    found = []
    for path in sorted(glob.glob(CORPUS + '/*.jar')):
        name = os.path.basename(path)
        with open(path, 'rb') as f:
            found.append((name, name.split('.')[0], f.read()))
    assert len(found) > 50, CORPUS
    return found


def good(java=None):
    """Returns a small valid Camel application; `java` is the version of its
    class files."""
    if java is not None:
        code = struct.pack('>IHH', 0xcafebabe, 0, java)
        return Archive().add(
            'META-INF/MANIFEST.MF', 'Main-Class: demo.App\n\n').add(
            'demo/App.class', code).add(
            'org/apache/camel/CamelContext.class').add(
            'org/apache/camel/main/Main.class').bytes()
    with open(CORPUS + '/ok.camel-main.jar', 'rb') as f:
        return f.read()


def filler(size):
    """Returns an uncompressed archive of about `size` bytes. It takes long to
    receive, and only the inspector refuses it."""
    return Archive().add('filler', os.urandom(size), method=0).bytes()
