#!/usr/bin/python3
"""What rude clients get from a running server: an answer that is a problem document, or a closed connection.

usage: http_limits.py PORT            prints TAP lines without a plan; loopback only; about 15 seconds
"""
import json
import socket
import sys
import threading
import time

PORT = int(sys.argv[1])
n_tests = 0


def connect(timeout=15):
    return socket.create_connection(("127.0.0.1", PORT), timeout=timeout)


def read_all(client):
    """Everything until the other side closes; what came before a reset counts."""
    got = b""
    try:
        while block := client.recv(65536):
            got += block
    except ConnectionError:
        pass
    return got


def send(raw):
    """The answer to raw bytes; a server that stops listening in the middle of a long request may cut it."""
    with connect() as client:
        try:
            client.sendall(raw)
        except ConnectionError:
            pass
        return read_all(client)


def ask(target, method="GET", headers=b"", body=b""):
    if isinstance(target, str):
        target = target.encode()
    return send(method.encode() + b" " + target + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n" % PORT +
                headers + b"\r\n" + body)


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def is_problem(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"application/problem+json" not in head.lower():
        return False
    document = json.loads(body.decode("utf-8"))
    return document["status"] == status(answer) and bool(document["code"]) and bool(document["title"])


def alive():
    return status(ask("/healthz")) == 200


def test(name, good, told=b""):
    global n_tests
    n_tests += 1
    if not good:
        print("#", repr(told[:300]))
    print(f"{'ok' if good else 'not ok'} {n_tests} - {name}", flush=True)


def refused(name, answer, *codes):
    """One of the codes as a problem document; code 0 among them: a close without a word will do."""
    good = (not answer and 0 in codes) or (status(answer) in codes and is_problem(answer))
    test(name, good and alive(), answer)


slow_end = {}


def slow_client(name, first, piece, pause_s):
    """Sends piece after piece until the server has enough of it; notes when."""
    start = time.monotonic()
    with connect(30) as client:
        try:
            client.sendall(first)
            while time.monotonic() - start < 25:
                client.sendall(piece)
                client.settimeout(pause_s)
                try:
                    if not client.recv(4096):
                        break
                except TimeoutError:
                    pass
        except ConnectionError:
            pass
    slow_end[name] = time.monotonic() - start


slow = [threading.Thread(target=slow_client, args=arguments) for arguments in (
    ("a byte a second", b"GET / HT", b"X", 1.0),
    ("a header a second", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"A: b\r\n", 1.0),
    ("a body a byte a second", b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n", b"x", 1.0),
)]
for thread in slow:
    thread.start()
idle = [connect() for _ in range(300)]
test("an answer beside 300 idle connections and three slow ones", alive())

# ---- sizes of pictures -------------------------------------------------------------------------------------------
for query in ("w=100000&h=100000", "w=999999999999999999999&h=10", "w=-1&h=-1", "w=0&h=0", "w=1e9&h=1", "w=16000&h=16000",
              "w=nan&h=nan", "w=&h=", "w=640&h=360&screen=-5", "w=640&h=360&screen=99999999999"):
    refused("picture of " + query, ask("/api/render/county?" + query), 400, 413, 422)
refused("no such picture", ask("/api/render/" + "x" * 300), 404)
refused("no such format", ask("/api/render/county?w=64&h=64&format=exe"), 400)

# ---- targets -----------------------------------------------------------------------------------------------------
for path in ("/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../etc/passwd",
             "/assets/..%2f..%2f..%2fetc/passwd", "/screen/..%5c..%5cetc", "/screen/....//....//etc/passwd", "//etc/passwd",
             "/api/render/..%2f..%2fcounty"):
    refused("path " + path, ask(path), 400, 404)
for path in ("/%ff%fe", "/%c0%af", "/%", "/%zz", "/%00", "/a%00b", "/screen/%ed%a0%80", "/api/overview?%ff=1",
             "/api/overview?a=%c3%28", "/\x01", "/api/render/county?theme=%f0%28%8c%28"):
    refused("escape " + repr(path), ask(path), 400, 404)
refused("raw bytes", ask(b"/\xff\xfe\x80"), 400, 404)
refused("a long Chinese parameter twice", ask("/api/overview?" + "&".join(["x" + "%E7%BD%91" * 40 + "=1"] * 2)), 400)
refused("a long Chinese parameter", ask("/api/overview?" + "x" + "%E7%BD%91" * 40 + "=1"), 400)
refused("a long Chinese name", ask("/api/render/x" + "%E7%BD%91" * 40), 404)
refused("a long Chinese value", ask("/api/render/county?w=64&h=64&theme=x" + "%E7%BD%91" * 40), 400, 404)
refused("200 parameters", ask("/api/overview?" + "&".join(f"p{i}=1" for i in range(200))), 400, 413, 414)
refused("URL of 5 000 bytes", ask("/" + "a" * 5000), 414)
answer = send(b"GET /" + b"a" * (10 << 20) + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
test("URL of 10 MB: an error or a close", status(answer) in (0, 400, 413, 414, 431) and alive(), answer)
answer = ask("/healthz", headers=b"X: " + b"y" * (1 << 20) + b"\r\n")
test("header of 1 MB: an error or a close", status(answer) in (0, 400, 413, 431) and alive(), answer)
answer = ask("/healthz", headers=b"".join(b"X%d: y\r\n" % i for i in range(20000)))
test("20 000 headers: an error or a close", status(answer) in (0, 400, 413, 431) and alive(), answer)

# ---- methods and bodies ------------------------------------------------------------------------------------------
answer = ask("/api/overview", "HEAD")
test("HEAD: head without a body", status(answer) == 200 and answer.endswith(b"\r\n\r\n") and alive(), answer)
for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
    answer = ask("/api/overview", method, b"Content-Length: 0\r\n")
    test(f"{method}: 405 with Allow", status(answer) == 405 and is_problem(answer) and b"\r\nAllow: " in answer, answer)
for line in (b"BREW / HTTP/1.1", b"get / HTTP/1.1", b"GET / HTTP/9.9", b"GET  HTTP/1.1", b"GET / SMTP/1.0", b"", b"\x16\x03\x01",
             b"GET http://[ HTTP/1.1"):
    answer = send(line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    test(f"request line {line!r}: an error or a close", (status(answer) == 0 or status(answer) >= 400) and alive(), answer)
with connect() as client:  # what asks for a tunnel is refused, and left to the limit of idle connections
    client.sendall(b"CONNECT 10.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    answer = client.recv(4096)
    test("CONNECT: refused", status(answer) in (400, 403, 405) and alive(), answer)
for header in (b"Content-Length: 99999999999999999999", b"Content-Length: -1", b"Content-Length: 300000000",
               b"Transfer-Encoding: chunked\r\nContent-Length: 5"):
    with connect() as client:
        client.sendall(b"POST /api/overview HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + header +
                       b"\r\n\r\nffffffffffffffff\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        answer = read_all(client)
    test(f"{header!r}: an error or a close", (status(answer) == 0 or status(answer) >= 400) and alive(), answer)

# ---- many at once ------------------------------------------------------------------------------------------------
gone = [connect() for _ in range(20)]
for number, client in enumerate(gone):
    client.sendall(b"GET /api/render/county?w=%d&h=300 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (300 + number, PORT))
    client.close()
test("20 clients that ask for pictures and go away", alive())
answers = []
crowd = [threading.Thread(target=lambda n=n: answers.append(ask(f"/api/render/county?w={400 + n % 3}&h=300")))
         for n in range(30)]
for thread in crowd:
    thread.start()
for thread in crowd:
    thread.join()
test("30 at once: a picture each, or 503 as a problem",
     len(answers) == 30 and all(status(a) == 200 or (status(a) == 503 and is_problem(a)) for a in answers))
for client in idle[:150]:
    client.close()
test("half of the idle ones gone", alive())
for thread in slow:
    thread.join()
for name, seconds in sorted(slow_end.items()):
    print(f"# {name}: ended after {seconds:.1f} s")
    test(f"{name}: closed within 15 s", seconds < 15)
test("alive at the end", alive())
sys.exit(0)
