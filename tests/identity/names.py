# SPDX-License-Identifier: Apache-2.0
"""A name server for a test's own network: names.py ADDRESS FILE. It reads the
file for each question; lines are "A name address" and "TXT name text". For a
name with several addresses on one line it answers one at a time, in turn."""
import socket
import struct
import sys

A, TXT, AAAA = 1, 16, 28
turns = {}


def name_of(query):
    """Returns the name in the question, and the offset of the question's
    end."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode('ascii'))
        at += 1 + query[at]
    return '.'.join(labels).lower(), at + 5


def data_of(path, name, kind):
    """Returns the data of each matching record."""
    found = []
    with open(path, encoding='ascii') as file:
        for line in file:
            words = line.rstrip('\n').split(' ', 2)
            if len(words) < 3 or words[1] != name:
                continue
            if words[0] == 'A' and kind == A:
                addresses = words[2].split()
                turn = turns.get(name, 0)
                turns[name] = turn + 1
                found.append(socket.inet_aton(
                    addresses[min(turn, len(addresses) - 1)]))
            if words[0] == 'TXT' and kind == TXT:
                text = words[2].encode()
                found.append(bytes([len(text)]) + text)
    return found


def answer(path, query):
    """Returns the answer; it is never NXDOMAIN, since the name may have an
    address of the other kind."""
    name, end = name_of(query)
    kind = struct.unpack('>H', query[end - 4:end - 2])[0]
    data = data_of(path, name, kind)
    head = query[:2] + struct.pack('>HHHHH', 0x8580, 1, len(data), 0, 0)
    body = b''.join(b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 0, len(d)) + d
                    for d in data)
    return head + query[12:end] + body


def main():
    """Answers questions until it is killed."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    print('ready', flush=True)
    while True:
        query, client = server.recvfrom(4096)
        try:
            server.sendto(answer(sys.argv[2], query), client)
        except (IndexError, ValueError, struct.error) as error:
            print('bad question:', error, flush=True)


main()
