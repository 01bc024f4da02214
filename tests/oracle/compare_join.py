#!/usr/bin/python3
"""Compares counts per area from `countygrid attach` with an expected table, row for row.

usage: compare_join.py EXPECTED.csv KEY COLUMN ATTACHED.csv
"""
import collections
import csv
import sys

expected_path, key, column, attached_path = sys.argv[1:]
expected = {row[key]: int(row[column]) for row in csv.DictReader(open(expected_path, encoding="utf-8-sig"))}
counts = collections.Counter(row["grid_id"] for row in csv.DictReader(open(attached_path, encoding="utf-8-sig")) if row["grid_id"])
problems = [f"{area}: expected {n}, found {counts.get(area, 0)}" for area, n in expected.items() if counts.get(area, 0) != n]
problems += [f"{area}: not expected, found {n}" for area, n in counts.items() if area not in expected]
for line in problems[:40]:
    print("#", line)
print(f"# {len(expected)} areas expected, {sum(counts.values())} points attached, {len(problems)} differences")
sys.exit(1 if problems else 0)
