#!/usr/bin/python3
"""Many open connections, most of them rude, and one good client in the middle of them.

usage: lines.py URL [CONNECTIONS] [SECONDS]     default 10000 and 30; loopback only

A quarter says nothing, a quarter sends a byte of a request every few seconds, a quarter asks for a picture and does not
read it, a quarter asks once and stays. All are opened again as soon as the server closes them. The good client asks for
/healthz and /api/overview on new connections all the time. Prints figures; exits 1 when the good client was refused or cut
off even once.
"""
import os
import resource
import selectors
import socket
import sys
import time
import urllib.parse

url = urllib.parse.urlparse(sys.argv[1])
wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 30
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted + 500), hard))

HEAD = b"Host: %s\r\n" % url.netloc.encode()
FIRST = (b"", b"G", b"GET /api/render/county?w=1920&h=1080 HTTP/1.1\r\n" + HEAD + b"\r\n", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n")
poll = selectors.DefaultSelector()
lines = {}
silent = set()  # those that do not read
counts = {"opened": 0, "closed": 0, "refused": 0}


def open_line(kind):
    line = socket.socket()
    line.setblocking(False)
    if kind == 2:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    try:
        line.connect((url.hostname, url.port))
    except BlockingIOError:
        pass
    except OSError:
        counts["refused"] += 1
        line.close()
        return
    lines[line] = kind
    counts["opened"] += 1
    poll.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE, kind)


def close_line(line):
    if line in silent:
        silent.remove(line)
    else:
        poll.unregister(line)
    line.close()
    del lines[line]
    counts["closed"] += 1


def turn():
    for key, events in poll.select(0.005):
        line, kind = key.fileobj, key.data
        try:
            if events & selectors.EVENT_WRITE:
                if FIRST[kind]:
                    line.send(FIRST[kind])
                if kind == 2:
                    poll.unregister(line)
                    silent.add(line)
                else:
                    poll.modify(line, selectors.EVENT_READ, kind)
            elif not line.recv(65536):
                close_line(line)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            close_line(line)


def good_client(path):
    start = time.monotonic()
    with socket.create_connection((url.hostname, url.port), timeout=10) as line:
        line.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
        got = b""
        while block := line.recv(65536):
            got += block
    assert got.startswith(b"HTTP/1.1 200 "), got[:30] + got[-200:]
    return time.monotonic() - start


def quantile(values, part):
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] * 1000


took, failed, kind = [], [], 0
end = time.monotonic() + seconds
next_good = time.monotonic()
next_drip = time.monotonic() + 3
most = 0
while time.monotonic() < end:
    for _ in range(min(200, wanted - len(lines))):
        open_line(kind % 4)
        kind += 1
    turn()
    most = max(most, len(lines))
    now = time.monotonic()
    if now > next_drip:
        next_drip = now + 3
        for line in [line for line in silent if line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != 1]:
            close_line(line)
        for line in [line for line, what in lines.items() if what == 1]:
            try:
                line.send(b"E")
            except OSError:
                close_line(line)
    if now > next_good:
        next_good = now + 0.05
        try:
            took.append(good_client(b"/api/overview" if len(took) % 2 else b"/healthz"))
        except (OSError, AssertionError) as error:
            failed.append(repr(error))
print(f"open at once: {most}; opened {counts['opened']}, closed by the server {counts['closed']}, refused {counts['refused']}")
took = took or [float("nan")]
print(f"good client: {len(took)} answers, {len(failed)} failures; p50 {quantile(took, 0.5):.1f} ms, p99 {quantile(took, 0.99):.1f} ms, "
      f"max {quantile(took, 1):.1f} ms")
for error in failed[:5]:
    print("failure:", error)
os._exit(1 if failed or len(took) < 2 else 0)
