#!/usr/bin/python3
"""Commands on county files with flipped bytes: they answer, whatever the file holds.

usage: damage.py PROGRAM COUNTY.sqlite PLACES SEED [SERVED]

For each of PLACES copies one byte at a place of its own is changed (half of them anywhere, half in pages that hold
rows of the county), the last copy has all of them. check, plan list, plan check, render and, on SERVED of the copies,
serve must end with 0, or with 3 and lines of their own on standard error (plan check with 1 where a changed coordinate
makes units overlap); a server must answer each request with a status and stay alive. Prints one line a break and, last, what was seen; exits with 1 when there was a break.
"""
import collections
import http.client
import os
import random
import re
import signal
import subprocess
import sys

program, county, places, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
served = int(sys.argv[5]) if len(sys.argv) > 5 else 5
rng = random.Random(seed)
whole = open(county, "rb").read()
PAGE = 4096
HIT = "hit.sqlite"
WORDS = re.compile(rb"incident|U0[01]|990001|split|communit", re.I)
told = [page for page in range(1, len(whole) // PAGE) if WORDS.search(whole[page * PAGE:(page + 1) * PAGE])]
seen = collections.Counter()
breaks = []


def put(content):
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(HIT + ending):
            os.remove(HIT + ending)
    with open(HIT, "wb") as out:
        out.write(content)


def judge(name, code, error):
    """Counts the outcome; 134 and the like are what the sanitizers and crashes give."""
    seen[f"{name} {code}"] += 1
    lines = error.decode("utf-8", "replace").splitlines()
    allowed = (0, 1, 3) if name == "plan check" else (0, 3)
    if code not in allowed or (code != 0 and not lines) or any(not line.startswith("countygrid: ") for line in lines):
        breaks.append(f"{name}: exit {code}: {' | '.join(lines[:6])[:900]}")


def run(name, *arguments):
    try:
        done = subprocess.run([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
                              check=False)
        judge(name, done.returncode, done.stderr)
    except subprocess.TimeoutExpired:
        breaks.append(f"{name}: no end after 60 s")


def ask(server, port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        seen[f"serve {answer.status}"] += 1
        if answer.status >= 400 and b'"code"' not in body:
            breaks.append(f"{path}: {answer.status} without a problem document")
    except (OSError, http.client.HTTPException) as problem:
        breaks.append(f"{path}: {problem!r}; server {server.poll()}")
    finally:
        connection.close()


def serve():
    server = subprocess.Popen([program, "serve", HIT, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    first = server.stdout.readline().decode()
    found = re.search(r"http://[^:]+:(\d+)/", first)
    if found:
        for path in ("/healthz", "/api/overview", "/api/render/county?w=640&h=360"):
            ask(server, int(found.group(1)), path)
        server.send_signal(signal.SIGTERM)
    try:
        _, error = server.communicate(timeout=30)
        judge("serve", server.returncode, error)
    except subprocess.TimeoutExpired:
        server.kill()
        breaks.append("serve: does not stop")


def try_all(content, with_server):
    put(content)
    run("check", "check", HIT)
    run("list", "plan", HIT, "list")
    run("plan check", "plan", HIT, "check")
    run("render", "render", HIT, "county", "-o", "hit.png", "--size", "640x360")
    if with_server:
        serve()


changed = bytearray(whole)
for i in range(places):
    if i % 2 == 0 or not told:
        at = rng.randrange(len(whole))
    else:
        at = rng.choice(told) * PAGE + rng.randrange(PAGE)
    value = whole[at] ^ rng.randrange(1, 256)
    changed[at] = value
    n_breaks = len(breaks)
    try_all(whole[:at] + bytes([value]) + whole[at + 1:], i < served)
    if len(breaks) > n_breaks:
        print(f"byte {at} from {whole[at]} to {value} (page {at // PAGE + 1}):", *breaks[n_breaks:], sep="\n")
n_breaks = len(breaks)
try_all(bytes(changed), True)
print(*breaks[n_breaks:], sep="\n", end="\n" if breaks[n_breaks:] else "")
print("#", ", ".join(f"{key}: {n}" for key, n in sorted(seen.items())))
sys.exit(1 if breaks else 0)
