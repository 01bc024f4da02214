#!/usr/bin/python3
"""Every finding of a report has its file, row, cause and place.

usage: check_findings.py REPORT.json CODE[,CODE...] [--without CODE,...]

Nothing of countygrid is used. All findings and warnings of the report (of cells: those of all files) are looked at: one
that names a row must name its file and text, and x and y, unless its code is listed by --without (rows without a
geometry). The codes found must be those that are asked for, or more. Prints a line for each that is wrong and exits 1.
"""
import json
import math
import sys


def collect(node, found):
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("findings", "warnings") and isinstance(value, list):
                found += value
            collect(value, found)
    elif isinstance(node, list):
        for value in node:
            collect(value, found)
    return found


def main():
    arguments = sys.argv[1:]
    without = set()
    if "--without" in arguments:
        at = arguments.index("--without")
        without = set(arguments[at + 1].split(","))
        del arguments[at:at + 2]
    with open(arguments[0], encoding="utf-8") as file:
        found = collect(json.load(file), [])
    problems = [f"no finding of code {code}" for code in arguments[1].split(",")
                if code not in {f["code"] for f in found}]
    placed = 0
    for f in found:
        if not f.get("text"):
            problems.append(f"no cause: {f}")
        if not f.get("row"):
            continue
        if not f.get("file"):
            problems.append(f"no file: {f}")
        place = [f.get("x"), f.get("y")]
        if all(isinstance(c, (int, float)) and math.isfinite(c) for c in place):
            placed += 1
        elif f["code"] not in without:
            problems.append(f"no place: {f}")
    for problem in problems:
        print(problem)
    print(f"# {len(found)} findings, {placed} with a row and a place")
    return 1 if problems or placed == 0 else 0


sys.exit(main())
