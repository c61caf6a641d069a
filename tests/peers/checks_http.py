# SPDX-License-Identifier: Apache-2.0
"""Checks the protocol: echo, WebSocket, events, limits, and misbehaviour on
command."""
import base64
import hashlib
import http.client
import os
import socket
import struct
import threading
import time

from stand import wait_for

FAULT = "/api/v1/admin/fault"


def echo(w):
    answer = w.call("POST", "/api/v1/echo?a=b", w.token(), "12345",
                    {"Cookie": "x=secret", "X-One": "1"})
    seen = answer.json()
    w.ok(seen["method"] == "POST" and seen["path"] == "/api/v1/echo"
         and seen["query"] == "a=b" and seen["bodyBytes"] == 5
         and seen["headers"]["x-one"] == "1", "echo tells what came")
    w.ok(seen["headers"]["cookie"] == "[redacted]"
         and seen["headers"]["authorization"] == "[redacted]"
         and b"secret" not in answer.body, "but no secrets")
    page = w.call("GET", "/")
    w.ok(page.status == 200 and b"cameleer-server" in page.body
         and page.headers["Content-Type"].startswith("text/html"),
         "/ is a page")


def websocket_open(w, token):
    key = base64.b64encode(os.urandom(16)).decode()
    s = socket.create_connection(("127.0.0.1", w.port), 5)
    s.sendall((f"GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
               f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
               f"Sec-WebSocket-Version: 13\r\n"
               f"Authorization: Bearer {token}\r\n\r\n").encode())
    head = b""
    while b"\r\n\r\n" not in head:
        data = s.recv(1)
        if not data:
            break
        head += data
    want = base64.b64encode(hashlib.sha1(
        (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
    return s, head.startswith(b"HTTP/1.1 101 ") and want in head


def frame(opcode, data, fin=True, mask=b"\1\2\3\4"):
    head = bytes([opcode | (0x80 if fin else 0)])
    bit = 0x80 if mask else 0
    if len(data) < 126:
        head += bytes([bit | len(data)])
    elif len(data) < 65536:
        head += struct.pack(">BH", bit | 126, len(data))
    else:
        head += struct.pack(">BQ", bit | 127, len(data))
    if mask:
        data = bytes(b ^ mask[i & 3] for i, b in enumerate(data))
    return head + (mask or b"") + data


def take(s):
    def exactly(n):
        out = b""
        while len(out) < n:
            data = s.recv(n - len(out))
            if not data:
                raise EOFError
            out += data
        return out
    first, length = exactly(2)
    if length == 126:
        length = struct.unpack(">H", exactly(2))[0]
    elif length == 127:
        length = struct.unpack(">Q", exactly(8))[0]
    return first & 0x0f, exactly(length)


def websocket(w):
    s, good = websocket_open(w, w.token("viewer"))
    w.ok(good, "WebSocket handshake: 101 with the right accept")
    long = os.urandom(40000)
    s.sendall(frame(1, "grüß".encode()) + frame(2, long))
    w.ok(take(s) == (1, "grüß".encode()) and take(s) == (2, long),
         "text and binary come back")
    s.sendall(frame(1, b"ab", fin=False) + frame(9, b"p") + frame(0, b"cd"))
    w.ok(take(s) == (10, b"p") and take(s) == (1, b"abcd"),
         "fragments are joined, a ping between them is answered")
    s.sendall(frame(8, struct.pack(">H", 1000)))
    w.ok(take(s) == (8, struct.pack(">H", 1000)) and s.recv(1) == b"",
         "the close handshake closes")
    s.close()
    for name, bad, code in (
            ("not masked", frame(1, b"x", mask=None), 1002),
            ("a stray continuation", frame(0, b"x"), 1002),
            ("a frame too large", frame(2, bytes(70000)), 1009)):
        s, _ = websocket_open(w, w.token("viewer"))
        s.sendall(bad)
        w.ok(take(s) == (8, struct.pack(">H", code)),
             "closed with %d: %s" % (code, name))
        s.close()
    s, good = websocket_open(w, "nothing")
    w.ok(not good, "no WebSocket without a token")
    s.close()
    w.ok(w.call("GET", "/api/v1/ws", w.token()).status == 426,
         "no upgrade asked for: 426")


def slow_head(w, result):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", w.port), 20) as s:
        s.sendall(b"GET / HTTP/1.1\r\nX")
        s.recv(1)
    result.append(time.monotonic() - began)


def events(w):
    access = w.register("s-1").json()["accessToken"]
    path = "/api/v1/agents/s-1/events"
    w.ok(w.call("GET", path).status == 401
         and w.call("GET", path, w.token(roles=[], scope="")).status == 403
         and w.call("GET", "/api/v1/agents/none/events", w.token()).status
         == 404, "events: 401 without token, 403, 404")
    took = []
    slow = threading.Thread(target=slow_head, args=(w, took))
    slow.start()
    conn = http.client.HTTPConnection("127.0.0.1", w.port, timeout=20)
    conn.request("GET", path, headers={"Authorization": "Bearer " + access})
    answer = conn.getresponse()
    began = time.monotonic()
    w.ok(answer.headers["Content-Type"] == "text/event-stream"
         and answer.readline() == b": connected\n"
         and time.monotonic() - began < 2, "the stream begins at once")
    listed = [a for a in w.call("GET", "/api/v1/agents", w.token()).json()
              if a["instanceId"] == "s-1"]
    w.ok(listed[0]["connected"] is True, "the agent is shown as connected")
    answer.readline()
    pinged = answer.readline() == b": ping\n"
    w.ok(pinged and 14 <= time.monotonic() - began <= 17,
         "a ping after 15 s")
    conn.close()
    slow.join()
    w.ok(took and took[0] < 13, "half a head is cut off after 10 s")


def wire_limits(w):
    table = {
        "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\n"
                       b"Content-Length: 2\r\n\r\nx",
        "length and chunked": b"POST / HTTP/1.1\r\nContent-Length: 1\r\n"
                              b"Transfer-Encoding: chunked\r\n\r\nx",
        "a blank in a name": b"GET / HTTP/1.1\r\nA b: c\r\n\r\n",
        "another protocol": b"GET / SPDY/9\r\n\r\n",
        "absolute form": b"GET http://x/ HTTP/1.1\r\n\r\n",
    }
    for name, text in table.items():
        w.ok(w.call.raw(text).startswith(b"HTTP/1.1 400 "),
             "400: " + name)
    w.ok(w.call.raw(b"GET / HTTP/1.1\r\nX: " + b"y" * 20000 + b"\r\n\r\n")
         .startswith(b"HTTP/1.1 431 "), "431: a head too large")
    w.ok(w.call("POST", "/api/v1/admin/license", w.token(), "x" * 70000)
         .status == 413, "413: a body too large")
    both = w.call.raw(b"GET /api/v1/health HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n"
                      b"Connection: close\r\n\r\n")
    w.ok(both.count(b"HTTP/1.1 200 OK") == 2, "connections are kept")


def crowd(w):
    idle = [socket.create_connection(("127.0.0.1", w.port), 5)
            for _ in range(140)]
    time.sleep(0.5)
    w.ok(idle[-1].recv(100).startswith(b"HTTP/1.1 503 "),
         "more connections than threads: 503 at once")
    for s in idle:
        s.close()
    w.ok(wait_for(lambda: w.call("GET", "/").status == 200, 5),
         "and room again when they go")


def closed(w, path):
    try:
        w.call("GET", path, w.token())
    except (http.client.RemoteDisconnected, ConnectionError):
        return True
    return False


def faults(w):
    def tell(mode, seconds=0, role="admin"):
        return w.call("POST", FAULT, w.token(role),
                      {"mode": mode, "seconds": seconds}).status

    w.ok(tell("down", role="operator") == 403 and tell("mad") == 400
         and tell("slow", -1) == 400, "a fault is an admin's, and known")
    tell("slow", 2)
    began = time.monotonic()
    status = w.call("GET", "/api/v1/health").status
    w.ok(status == 200 and time.monotonic() - began >= 2,
         "slow: the answer waits, but comes")
    w.ok(tell("down") == 200 and closed(w, "/api/v1/health")
         and closed(w, "/api/v1/whoami"), "down: closed without an answer")
    w.ok(tell("wrong") == 200, "a command gets through any fault")
    answer = w.call("GET", "/api/v1/health")
    w.ok(answer.status == 200 and answer.body.startswith(b"<html>"),
         "wrong: 200 and a page nobody asked for")
    tell("none")
    w.ok(w.call("GET", "/api/v1/health").json() == {"status": "UP"},
         "none: well again")
    tell("down", 1)
    was = closed(w, "/api/v1/health")
    time.sleep(1.1)
    w.ok(was and w.call("GET", "/api/v1/health").status == 200,
         "down for a while ends by itself")
    w.secret("fault", "wrong")
    time.sleep(0.6)
    w.ok(w.call("GET", "/api/v1/health").body.startswith(b"<html>"),
         "a fault can come as a file")
    os.unlink(w.secrets + "/fault")
    time.sleep(0.6)
    w.ok(w.call("GET", "/api/v1/health").status == 200, "and go with it")


CHECKS = [echo, websocket, events, wire_limits, crowd, faults]
