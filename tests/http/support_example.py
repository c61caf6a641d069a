# SPDX-License-Identifier: Apache-2.0
"""The examples of the API's document: data/examples/*.json.

Each file is an object of "METHOD /path" and an example, whose members are

  path, query, body  what is sent
  answer             the body of the answer, as it is documented
  filled             names in path, query and body that the test replaces by
                     what it made: an address that must be new, a token of a
                     mail.  What a path names is always replaced.
  none               in place of all these: why there is no example
"""
import functools
import glob
import json
import os
import urllib.parse

from support import SOURCE

SHOWN = 2       # of a list, in a new example
FOLDER = os.path.join(SOURCE, 'data', 'examples')


class ExampleError(AssertionError):
    """Raised when an answer differs from its example."""


def read_file(path):
    """Returns the examples of one file."""
    with open(path, encoding='utf-8') as file:
        return json.load(file)


@functools.lru_cache(None)
def examples():
    """Returns all examples by "METHOD /path"."""
    found = {}
    for path in sorted(glob.glob(FOLDER + '/*.json')):
        for route, example in read_file(path).items():
            if route in found:
                raise ExampleError('%s: a second example' % route)
            found[route] = example
    return found


def kind_of(value):
    """Returns the JSON type of a value; every number counts as an integer."""
    for name, kind in (('null', type(None)), ('boolean', bool),
                       ('integer', int), ('string', str), ('array', list)):
        if isinstance(value, kind):
            return name
    return 'object'


def compare(example, real, said=None, at='$'):
    """Raises unless the answer has the keys and types of the example, and
    repeats what the request sent where the example repeats it. A null matches
    everything: the schema test checks whether null is allowed."""
    if example is None or real is None:
        return
    if kind_of(example) != kind_of(real):
        raise ExampleError('%s is %s in the example, %s in the answer: %r' % (
            at, kind_of(example), kind_of(real), real))
    if isinstance(example, dict):
        compare_object(example, real, said or {}, at)
    elif isinstance(example, list):
        if bool(example) != bool(real):
            raise ExampleError('%s has %d items in the example, %d in the '
                               'answer' % (at, len(example), len(real)))
        for i, value in enumerate(real):
            compare_item(example, value, '%s[%d]' % (at, i))


def compare_object(example, real, said, at):
    """Compares two objects; `said`, the request's body, is compared with the
    members of the outermost object only."""
    if set(example) != set(real):
        raise ExampleError('%s differs in %s' % (
            at, sorted(set(example) ^ set(real))))
    for name, value in example.items():
        compare(value, real[name], None, '%s.%s' % (at, name))
        if name in said and said[name] == value != real[name]:
            raise ExampleError('%s.%s is %r, not %r' % (at, name, real[name],
                                                       value))


def compare_item(items, real, at):
    """Raises unless the item of a list matches one item of the example."""
    wrong = None
    for item in items:
        try:
            compare(item, real, None, at)
            return
        except ExampleError as e:
            wrong = wrong or e
    raise wrong


def merged(example, real):
    """Merges an answer into its example: old values that still fit stay, so
    that a rewrite changes only what has changed."""
    if isinstance(real, dict):
        old = example if isinstance(example, dict) else {}
        return {name: merged(old.get(name), value)
                for name, value in real.items()}
    if isinstance(real, list) and real and not (
            isinstance(example, list) and example):
        return [merged(None, value) for value in real[:SHOWN]]
    if isinstance(real, list) and real:
        return [merged(value, real[min(i, len(real) - 1)])
                for i, value in enumerate(example)]
    if real is None or kind_of(example) == kind_of(real):
        return example
    return real


def rewrite(played):
    """Rewrites the example files. `played` holds for "METHOD /path" what was
    sent and answered: {path, query, body, answer}."""
    for path in sorted(glob.glob(FOLDER + '/*.json')):
        found = read_file(path)
        for route, example in found.items():
            for name, value in played.get(route, {}).items():
                if value not in (None, {}):
                    example[name] = merged(example.get(name), value)
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(found, file, indent='\t', ensure_ascii=False)
            file.write('\n')


def as_sent(pattern, example, probe):
    """Returns {path, query, body} of the example, with the members in `filled`
    and the path taken from the probe."""
    filled = set(example.get('filled', ()))
    given = dict(urllib.parse.parse_qsl(
        probe.params.get('query', '').lstrip('?')))
    body = example.get('body')
    if body is not None:
        body = {name: probe.body[name] if name in filled else value
                for name, value in body.items()}
    return {
        'path': {name: value for name, value in probe.params.items()
                 if '{%s}' % name in pattern},
        'query': {name: given[name] if name in filled else value
                  for name, value in example.get('query', {}).items()},
        'body': body,
    }
