#!/usr/bin/python3
"""Reads what a server tells about itself.

usage: operate_client.py metrics URL NAME=VALUE...    samples of /metrics that must have these values
       operate_client.py supervise PROGRAM COUNTY      starts the server as a supervisor does and has it reload and stop
       operate_client.py log FILE CANARY...           lines of JSON with the fields of a request, none of these words
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request


def metrics(url, wanted):
    with urllib.request.urlopen(url + "metrics", timeout=20) as reply:
        page = reply.read().decode("ascii")
    found = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    for pair in wanted:
        name, _, value = pair.rpartition("=")
        assert "countygrid_" + name in found, (name, page)
        assert float(found["countygrid_" + name]) == float(value), (name, found["countygrid_" + name], value)


def log(path, canaries):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    ids = set()
    for line in text.splitlines():
        entry = json.loads(line)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", entry["time"]), line
        if "request_id" not in entry:
            continue
        assert entry["level"] in ("info", "warning"), line
        assert entry["request_id"] not in ids, line
        ids.add(entry["request_id"])
        assert int(entry["status"]) >= 200 and float(entry["duration_ms"]) >= 0 and int(entry["bytes"]) >= 0, line
        assert entry["method"] in ("GET", "HEAD", "POST"), line
    assert ids, text
    for word in canaries:
        assert word not in text, word


class Supervisor:
    """Reads the datagrams of a server."""

    def __init__(self, program, county):
        self.path = os.path.abspath("notify.sock")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(60)
        environment = dict(os.environ, NOTIFY_SOCKET=self.path, WATCHDOG_USEC="400000")
        self.server = subprocess.Popen([program, "serve", county, "--intake", "--listen", "127.0.0.1:0"], env=environment,
                                       stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.server.stdout.readline())[0]

    def wait_for(self, wanted):
        """The datagrams before and with the wanted one."""
        seen = []
        while not seen or wanted not in seen[-1].split("\n"):
            seen.append(self.socket.recv(4096).decode())
        return seen


def supervise(program, county):
    boss = Supervisor(program, county)
    try:
        told = boss.wait_for("READY=1")
        assert any("STATUS=serving " + boss.url in text for text in told), told
        boss.wait_for("WATCHDOG=1")
        boss.wait_for("WATCHDOG=1")
        stream = urllib.request.urlopen(boss.url + "api/events", timeout=30)
        answers = []

        def ask():
            for n in range(12):
                with urllib.request.urlopen(boss.url + f"api/render/county?w={300 + n}&h=200", timeout=60) as reply:
                    answers.append(reply.status)

        asking = threading.Thread(target=ask)
        asking.start()
        for _ in range(3):  # reloads in the middle of requests and beside a stream
            boss.server.send_signal(signal.SIGHUP)
            told = boss.wait_for("RELOADING=1")
            assert re.search(r"MONOTONIC_USEC=\d+", told[-1]), told
            boss.wait_for("READY=1")
        asking.join()
        assert answers == [200] * 12, answers
        body = json.dumps({"id": "N1", "occurred": "2026-11-20T01:00:00"}).encode()
        request = urllib.request.Request(boss.url + "api/incidents", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()
        while b'"N1"' not in stream.readline():
            pass
        boss.server.send_signal(signal.SIGTERM)
        boss.wait_for("STOPPING=1")
        assert boss.server.wait(20) == 0
    finally:
        boss.server.kill()
        os.unlink(boss.path)


{"supervise": lambda a: supervise(*a), "metrics": lambda a: metrics(a[0], a[1:]), "log": lambda a: log(a[0], a[1:])}[sys.argv[1]](sys.argv[2:])
