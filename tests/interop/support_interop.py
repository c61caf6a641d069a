# SPDX-License-Identifier: Apache-2.0
"""Asks the inspector and a JVM about a JAR."""
import json
import os
import subprocess
import sys

SOURCE = os.environ['CAMELEER_SOURCE']
INSPECT = os.environ['CAMELEER_BUILD'] + '/tests/interop/inspect'
JARS = os.environ['INTEROP_JARS']
JAVA_HOME = os.environ['JAVA_HOME']

sys.path.insert(0, SOURCE + '/tests/fuzz')
from make_zip import Archive    # noqa: E402,F401


def inspect(jar):
    """Returns the inspector's facts, or {'code', 'detail', 'fields'}."""
    run = subprocess.run([INSPECT, jar], capture_output=True, check=True)
    return json.loads(run.stdout)


def entry(jar, name):
    """Returns the entry that the inspector reads under a name; None when it
    refuses the JAR."""
    run = subprocess.run([INSPECT, '-e', name, jar], capture_output=True)
    return run.stdout if run.returncode == 0 else None


def java(*arguments, seconds=90):
    """Runs java; returns standard output and error as one text."""
    return subprocess.run(
        [JAVA_HOME + '/bin/java', '-XX:TieredStopAtLevel=1'] +
        list(arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=seconds, text=True)


def starts(jar, text, seconds=90):
    """Runs the JAR until it prints the text; returns all its output."""
    said = []
    with subprocess.Popen(
            ['timeout', str(seconds), JAVA_HOME + '/bin/java',
             '-XX:TieredStopAtLevel=1', '-jar', jar], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        for line in run.stdout:
            said.append(line)
            if text in line:
                break
        run.terminate()
    return ''.join(said)


def compile_java(folder, sources, *options):
    """Compiles Java sources, {path: text}; returns {path: class file's
    bytes}."""
    names = []
    for path, text in sources.items():
        name = os.path.join(folder, 'src', path)
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, 'w') as f:
            f.write(text)
        names.append(name)
    out = os.path.join(folder, 'classes')
    subprocess.run([JAVA_HOME + '/bin/javac', '-d', out, *options, *names],
                   check=True)
    found = {}
    for base, _, files in os.walk(out):
        for file in files:
            path = os.path.join(base, file)
            with open(path, 'rb') as f:
                found[os.path.relpath(path, out)] = f.read()
    return found
