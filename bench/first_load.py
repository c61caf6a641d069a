# SPDX-License-Identifier: Apache-2.0
"""first_load.py DIST - KiB, compressed by gzip -9, of what a browser loads to
show the sign-in page: the page, what it names, and the scripts that these
import.  Then those of all scripts and styles, and a comment with brotli's."""
import glob
import gzip
import os
import re
import subprocess
import sys

STATIC = re.compile(r'(?:\bfrom|\bimport)\s*["\'](\./[^"\']+\.js)["\']')
LAZY = re.compile(r'\bimport\(\s*["\'`](\./[^"\'`]+\.js)["\'`]\s*\)')
NAMED = re.compile(r'(?:src|href)="(/[^"]+\.(?:js|css))"')
SIGN_IN = re.compile(r'(?i)sign-?in|login')


def read(name):
    with open(name, 'rb') as file:
        return file.read()


def brotli(name):
    """KiB by brotli, from a file beside it or its program; or none."""
    if os.path.exists(name + '.br'):
        return os.path.getsize(name + '.br')
    try:
        return len(subprocess.run(['brotli', '-c', '-q', '11', name],
                                  check=True, capture_output=True).stdout)
    except FileNotFoundError:
        return 0


def loaded(dist):
    """The page, what it names, and what that imports; of what is imported
    later the page of signing in."""
    page = dist + '/index.html'
    found, left = {page}, [dist + name
                           for name in NAMED.findall(read(page).decode())]
    while left:
        name = left.pop()
        if name in found or not os.path.exists(name):
            continue
        found.add(name)
        if not name.endswith('.js'):
            continue
        text = read(name).decode()
        lazy = [x for x in LAZY.findall(text)
                if SIGN_IN.search(os.path.basename(x))]
        left += [os.path.normpath(os.path.dirname(name) + '/' + x)
                 for x in STATIC.findall(text) + lazy]
    return found


def main(dist):
    first = loaded(dist)
    every = glob.glob(dist + '/**/*.js', recursive=True) + \
        glob.glob(dist + '/**/*.css', recursive=True) + [dist + '/index.html']
    for names in (first, every):
        print('%.1f' % (sum(len(gzip.compress(read(name), 9))
                            for name in names) / 1024))
    small = [brotli(name) for name in first]
    print('# first_load: %d files, brotli %s' % (
        len(first), '%.1f KiB' % (sum(small) / 1024)
        if all(small) else 'not installed'))


main(sys.argv[1])
