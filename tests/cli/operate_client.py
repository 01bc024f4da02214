#!/usr/bin/python3
"""Reads what a server tells about itself.

usage: operate_client.py metrics URL NAME=VALUE...    samples of /metrics that must have these values
       operate_client.py log FILE CANARY...           lines of JSON with the fields of a request, none of these words
"""
import json
import re
import sys
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


{"metrics": lambda a: metrics(a[0], a[1:]), "log": lambda a: log(a[0], a[1:])}[sys.argv[1]](sys.argv[2:])
