#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an archive byte by byte, so that every field can be made wrong."""
import struct
import zlib

LOCAL, CENTRAL, END = 0x04034B50, 0x02014B50, 0x06054B50
DESCRIPTOR = 0x08074B50
DATE = (0x0000, 0x5C21)  # 2026-01-01


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class Archive:
    """An archive: add() adds entries, raw() bytes between them, bytes() ends
    it."""

    def __init__(self):
        self.out = bytearray()
        self.entries = []
        self.central_extra = b""

    def raw(self, data):
        self.out += data
        return self

    def add(self, name, data=b"", method=8, flags=0x800, **wrong):
        """Adds an entry. `wrong` sets faulty fields: packed, size, crc, header,
        mode, disk, extra, comment, and with the prefix local_: name, method,
        flags, size, crc, extra, sig; descriptor: 'sig', 'bare', 'wrong',
        'none'."""
        if isinstance(name, str):
            name = name.encode()
        if isinstance(data, str):
            data = data.encode()
        body = wrong.get("body")
        if body is None:
            body = deflate(data) if method == 8 else data
        e = {
            "name": name, "flags": flags, "method": method,
            "crc": wrong.get("crc", zlib.crc32(data)),
            "packed": wrong.get("packed", len(body)),
            "size": wrong.get("size", len(data)),
            "header": wrong.get("header", len(self.out)),
            "mode": wrong.get("mode", 0), "disk": wrong.get("disk", 0),
            "extra": wrong.get("extra", b""),
            "comment": wrong.get("comment", b""),
        }
        self.entries.append(e)
        if wrong.get("ghost"):  # in the central directory only
            return self
        later = flags & 8
        local_name = wrong.get("local_name", name)
        extra = wrong.get("local_extra", b"")
        self.out += struct.pack(
            "<IHHHHHIIIHH", wrong.get("local_sig", LOCAL), 20,
            wrong.get("local_flags", flags),
            wrong.get("local_method", method), *DATE,
            wrong.get("local_crc", 0 if later else e["crc"]),
            wrong.get("local_packed", 0 if later else e["packed"]),
            wrong.get("local_size", 0 if later else e["size"]),
            len(local_name), len(extra))
        self.out += local_name + extra + body
        kind = wrong.get("descriptor", "sig" if later else "none")
        numbers = struct.pack("<III", e["crc"], e["packed"], e["size"])
        if kind == "sig":
            self.out += struct.pack("<I", DESCRIPTOR) + numbers
        elif kind == "bare":
            self.out += numbers
        elif kind == "wrong":
            self.out += struct.pack("<I", DESCRIPTOR) + bytes(12)
        return self

    def central(self):
        out = bytearray()
        for e in self.entries:
            out += struct.pack(
                "<IHHHHHHIIIHHHHHII", CENTRAL, 20 | 3 << 8, 20, e["flags"],
                e["method"], *DATE, e["crc"], e["packed"], e["size"],
                len(e["name"]), len(e["extra"]), len(e["comment"]),
                e["disk"], 0, (e["mode"] << 16) & 0xFFFFFFFF, e["header"])
            out += e["name"] + e["extra"] + e["comment"]
        return bytes(out)

    def bytes(self, comment=b"", **wrong):
        central = wrong.get("central", self.central())
        at = len(self.out)
        count = wrong.get("count", len(self.entries))
        end = struct.pack(
            "<IHHHHIIH", END, wrong.get("disk", 0), 0,
            wrong.get("count_here", count), count,
            wrong.get("central_len", len(central)),
            wrong.get("central_at", at),
            wrong.get("comment_len", len(comment)))
        return (bytes(self.out) + central + wrong.get("between", b"") + end +
                comment)
