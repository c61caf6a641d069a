# SPDX-License-Identifier: Apache-2.0
"""frames.py PID... - MiB of memory that these processes have mapped, each page
frame counted once, whoever else has it: what PSS would be on a machine that
runs nothing else."""
import struct
import sys

PAGE = 4096
PRESENT = 1 << 63
FRAME = (1 << 55) - 1
CHUNK = 65536


def frames(pid):
    """The frames behind all mappings of a process."""
    found = set()
    with open(f'/proc/{pid}/maps') as maps, \
            open(f'/proc/{pid}/pagemap', 'rb', buffering=0) as pagemap:
        for line in maps:
            start, end = (int(x, 16) // PAGE
                          for x in line.split()[0].split('-'))
            if line.rstrip().endswith(('[vsyscall]', '[vvar]', '[vdso]')):
                continue
            for first in range(start, end, CHUNK):
                pagemap.seek(first * 8)
                raw = pagemap.read(min(CHUNK, end - first) * 8)
                for (entry,) in struct.iter_unpack('Q', raw):
                    if entry & PRESENT:
                        found.add(entry & FRAME)
    return found


every = set()
for each in sys.argv[1:]:
    every |= frames(each)
every.discard(0)
print(f'{len(every) * PAGE / 2**20:.1f}')
