#!/usr/bin/python3
"""Time of tiles that nobody asked for before: tests/load/cold.py URL PID [LAYER ...]

Asks a running server (process PID on this machine) one by one for the tiles around the middle of the county and prints, for each layer
and zoom, the CPU time of the whole server for one: median and most, in milliseconds. A parameter that nobody used makes pictures new;
vector tiles (LAYER.mvt) are new once after a start.
"""
import json
import math
import os
import sys
import time
import urllib.request

url, pid, layers = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3:] or ["heat", "grid-incidents"]


def used_ms():
    threads = f"/proc/{pid}/task"
    return sum(int(open(f"{threads}/{t}/schedstat").read().split()[0]) for t in os.listdir(threads)) / 1e6


def get(path):
    return urllib.request.urlopen(url + path, timeout=60).read()


for name in layers:
    layer, ending = name.removesuffix(".mvt"), ".mvt" if name.endswith(".mvt") else ".png"
    west, south, east, north = json.loads(get(f"/api/tiles/{layer}/tilejson.json"))["bounds"]
    new = f"bandwidth={300 + time.time() % 97:.3f}" if layer == "heat" else f"breaks={time.time() % 97:.3f},1000"
    if ending == ".mvt":
        new, least = "", 0
        get(f"/api/tiles/{layer}/0/0/0.mvt")  # the table is made before its tiles
    else:
        new, least = "?" + new, 600  # a clear picture has less
        get(f"/api/tiles/{layer}/legend.json{new}")  # the map is made before its tiles
    for z in range(5, 20):
        u = ((west + east) / 2 + 180) / 360 * 2**z
        v = (1 - math.asinh(math.tan(math.radians((south + north) / 2))) / math.pi) / 2 * 2**z
        taken, largest = [], 0
        for x in range(int(u) - 2, int(u) + 3):
            for y in range(int(v) - 2, int(v) + 3):
                before = used_ms()
                tile = get(f"/api/tiles/{layer}/{z}/{x}/{y}{ending}{new}")
                if len(tile) > least:
                    taken.append(used_ms() - before)
                    largest = max(largest, len(tile))
        taken.sort()
        if taken:
            print(f"{layer} zoom {z:2}: {len(taken):2} tiles, median {taken[len(taken) // 2]:.1f} ms, most {taken[-1]:.1f} ms, {largest / 1e3:.0f} kB")
