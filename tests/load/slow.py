#!/usr/bin/python3
"""Many clients that ask for a large reply and take it slowly: what they cost the server.

usage: slow.py URL PID PATH [CLIENTS] [SECONDS] [BYTES_PER_SECOND]     default 100, 30, 4096; loopback only

Prints the memory of process PID before, at most and after they have gone, and how long a good client waits for /healthz and
a page of ten grids meanwhile. A second round shows whether memory comes back to the same. Exits 1 when the good client fails.
"""
import resource
import socket
import sys
import time
import urllib.parse
import urllib.request

url, pid, path = urllib.parse.urlparse(sys.argv[1]), sys.argv[2], sys.argv[3]
clients, seconds, rate = [int(text) for text in sys.argv[4:7]] + [100, 30, 4096][len(sys.argv) - 4:]
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, clients + 500), hard))


def memory():
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def open_line(number):
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((url.hostname, url.port))
    mark = "&" if "?" in path else "?"
    # Each asks for something else, so that no cache serves them all.
    line.sendall(f"GET {path}{mark}bbox=-180,-90,180,{80 + number / 1000} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
    line.setblocking(False)
    return line


def good(what):
    start = time.monotonic()
    with urllib.request.urlopen(f"http://{url.netloc}{what}", timeout=10) as reply:
        reply.read()
    return (time.monotonic() - start) * 1000


def play():
    before, most, took, read, cut = memory(), 0, [], 0, 0
    lines, opened = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        beat = time.monotonic()
        for _ in range(min(5, clients - opened)):  # more at once than wait for a worker would be told to come again
            lines.append(open_line(opened))
            opened += 1
        for line in list(lines):
            try:
                block = line.recv(max(rate // 4, 1))
                read += len(block)
                if not block:
                    raise ConnectionError
            except BlockingIOError:
                pass
            except OSError:
                cut += 1
                lines.remove(line)
        took += [good("/healthz"), good("/api/collections/grids/items?limit=10")]
        most = max(most, memory())
        time.sleep(max(0.0, beat + 0.25 - time.monotonic()))
    for line in lines:
        line.close()
    time.sleep(1)
    took.sort()
    print(f"{clients} clients took {read / 2**20:.1f} MiB, {cut} were cut off; memory {before:.0f} MiB before, {most:.0f} at most, "
          f"{memory():.0f} after; good client p50 {took[len(took) // 2]:.1f} ms, p99 {took[len(took) * 99 // 100]:.1f} ms ({len(took)})")


play()
play()
