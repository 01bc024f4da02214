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
slow_answer = {}


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
                    got = client.recv(4096)
                    if not got:
                        break
                    slow_answer[name] = slow_answer.get(name, b"") + got
                except TimeoutError:
                    pass
        except ConnectionError:
            pass
    slow_end[name] = time.monotonic() - start


slow = [threading.Thread(target=slow_client, args=arguments) for arguments in (
    ("a byte a second", b"GET / HT", b"X", 1.0),
    ("a header a second", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"A: b\r\n", 1.0),
    ("a first byte and no more", b"G", b"", 20.0),
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
for name, raw, code in (
        ("URL of 10 MB", b"GET /" + b"a" * (10 << 20) + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
        ("header of 1 MB", b"GET /healthz HTTP/1.1\r\nX: " + b"y" * (1 << 20) + b"\r\n\r\n", 431),
        ("20 000 headers", b"GET /healthz HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(20000)) + b"\r\n", 431)):
    refused(name, send(raw), code, 0)  # 0: its many bytes may cut the answer off

# ---- methods and bodies ------------------------------------------------------------------------------------------
answer = ask("/api/overview", "HEAD")
test("HEAD: head without a body", status(answer) == 200 and answer.endswith(b"\r\n\r\n") and alive(), answer)
for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
    answer = ask("/api/overview", method, b"Content-Length: 0\r\n")
    test(f"{method}: 405 with Allow", status(answer) == 405 and is_problem(answer) and b"\r\nAllow: " in answer, answer)
HOST = b"Host: 127.0.0.1:%d\r\n" % PORT
POST = b"POST /api/overview HTTP/1.1\r\n" + HOST
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
# What libevent would answer in HTML, or read in another way than a proxy in front.
WRONG = (
    (b"BREW / HTTP/1.1\r\n" + HOST, 501), (b"get / HTTP/1.1\r\n" + HOST, 501), (b"GET / HTTP/9.9\r\n" + HOST, 505),
    (b"PRI * HTTP/2.0\r\n", 501), (b"GET  HTTP/1.1\r\n" + HOST, 400), (b"GET / SMTP/1.0\r\n" + HOST, 400),
    (b"", 400), (b"\x16\x03\x01\r\n", 400), (b"GET http://[ HTTP/1.1\r\n" + HOST, 400), (b"GET //[ HTTP/1.1\r\n" + HOST, 400),
    (b"CONNECT 10.0.0.1:22 HTTP/1.1\r\n" + HOST, 400), (b"OPTIONS * HTTP/1.1\r\n" + HOST, 400),
    (GET + b"Host: evil.example\r\n", 400), (GET + b" folded: x\r\n", 400), (GET + b"X: a\r\n folded\r\n", 400), (GET + b"X : a\r\n", 400),
    (GET + b"nameless\r\n", 400), (GET + b"X: a\x00b\r\n", 400), (GET + b"X: a\rb\r\n", 400), (GET + b"Expect: more\r\n", 417),
    (GET + b"Content-Length: 5\r\n", 400), (POST + b"Content-Length: 99999999999999999999\r\n", 413),
    (POST + b"Content-Length: -1\r\n", 400), (POST + b"Content-Length: 300000000\r\n", 413), (POST + b"Content-Length: 5x\r\n", 400),
    (POST + b"Content-Length: 5\r\nContent-Length: 5\r\n", 400), (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n", 400),
    (POST + b"Content-Length: 5, 5\r\n", 400), (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
    (POST + b"Transfer-Encoding: chunked\r\n", 411), (POST + b"Transfer-Encoding: xchunked\r\n", 411),
)
for head, code in WRONG:
    refused(f"{head[:90]!r}: {code}", send(head + b"\r\nffffffffffffffff\r\nGET /screen/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"), code)
refused("lines that end with LF alone", send(b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n"), 400)
answer = send(GET + b"\r\n" + POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n" + GET + b"\r\n")
test("a good request and a bad one at once: at most one answer and the end", answer.count(b"HTTP/1.1 ") <= 1 and alive(), answer)
answer = send(GET + b"\r\n" + GET + b"Connection: close\r\n\r\n")
test("two good ones at once: two answers", answer.count(b"HTTP/1.1 200 ") == 2, answer)
answer = send(b"POST /api/overview HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
test("Expect: 100-continue", b" 405 " in answer, answer)

# ---- wrong requests, each with its code ---------------------------------------------------------------------------
for target, method, headers, body, code, name in (
        ("/api/nothing", "GET", b"", b"", 404, "NOT_FOUND"),
        ("/api/render/nothing", "GET", b"", b"", 404, "NOT_FOUND"),
        ("/api/overview", "PUT", b"Content-Length: 0\r\n", b"", 405, "ARGUMENT"),
        ("/api/overview?x=1", "GET", b"", b"", 400, "ARGUMENT"),
        ("/api/overview?x=1&x=1", "GET", b"", b"", 400, "ARGUMENT"),
        ("/api/render/county?w=99999&h=99999", "GET", b"", b"", 413, "LIMIT"),
        ("/api/render/county?w=16000&h=16000", "GET", b"", b"", 413, "LIMIT"),
        ("/api/render/county?theme=pink", "GET", b"", b"", 404, "NOT_FOUND"),
        ("/api/measures?level=galaxy", "GET", b"", b"", 400, "ARGUMENT"),
        ("/api/measures?last=0", "GET", b"", b"", 400, "ARGUMENT"),
        ("/api/incidents", "POST", b"Content-Length: 2\r\n", b"{}", 403, "FORBIDDEN"),
        ("/api/events", "GET", b"", b"", 404, "NOT_FOUND"),
        ("/" + "a" * 5000, "GET", b"", b"", 414, "LIMIT"),
        ("/healthz", "GET", b"".join(b"X%d: y\r\n" % i for i in range(70)), b"", 431, "LIMIT"),
        ("/healthz", "GET", b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", 411, "ARGUMENT")):
    answer = ask(target, method, headers, body)
    good = status(answer) == code and is_problem(answer) and json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == name
    test(f"{method} {target[:40]}: {code} {name}", good, answer)
answer = send(b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
test("another host's name: 421", status(answer) == 421 and is_problem(answer), answer)

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
    test(f"{name}: 408 as a problem", status(slow_answer.get(name, b"")) == 408 and is_problem(slow_answer[name]))
test("alive at the end", alive())
sys.exit(0)
