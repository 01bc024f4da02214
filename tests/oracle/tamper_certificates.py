#!/usr/bin/python3
"""Falsifies each proof of a report in several ways; the checker has to refuse every one.

usage: tamper_certificates.py UNITS REPORT.json GRIDS.gpkg OPTION...     as for check_certificates.py

At most four proofs of each kind are tried. Exits 1 when a false claim passes.
"""
import collections
import copy
import sys

import check_certificates

options, county, exceptions = check_certificates.read_arguments(None)


def weight(proof, unit):
    return county.weight[proof["by"]][unit]


def falsehoods(proof):
    """Name and a changed copy of the proof; each says something that is not so."""
    def changed(**values):
        other = copy.deepcopy(proof)
        other.update(values)
        return other
    kind = proof["kind"]
    yield "unit that is not there", changed(units=proof["units"][1:] + ["no such unit"])
    yield "range", changed(max=proof["max"] + 1)
    yield "kind", changed(kind="window" if kind != "window" else "small")
    if kind == "giant":
        yield "weight", changed(alone=proof["alone"] + 1)
    else:
        yield "sum", changed(sum=proof["sum"] + 1)
        yield "unit left out", changed(units=proof["units"][:-1])
    if kind == "sums":
        yield "sum below", changed(below=proof["below"] - 1)
        yield "no gap", changed(below=proof["min"])
        yield "weight", changed(alone=proof["alone"] + 1)
        yield "sum above", changed(above=proof["above"] + 1)
    if kind == "cover" and len(proof["units"]) > 1:
        yield "fewer units", changed(units=proof["units"][1:], sum=proof["sum"] - weight(proof, proof["units"][0]))
    if kind in ("articulation", "separator"):
        yield "rest", changed(rest=proof["rest"] - 1)
        yield "holder", changed(holders=[[proof["units"][0]]] * len(proof["holders"]))
        yield "holders", changed(holders=proof["holders"][1:])
    if kind == "exhausted" and proof["least_outside"] > 0:
        yield "least sum", changed(least_sum=proof["least_sum"] + 1)
        yield "least number", changed(least_outside=proof["least_outside"] + 1)


tried, passed, seen = 0, [], collections.Counter()
for exception in exceptions:
    if exception["proof"] is None or "units" not in exception["proof"] or seen[exception["reason"]] == 4:
        continue
    seen[exception["reason"]] += 1
    for name, proof in falsehoods(exception["proof"]):
        # One claim at a time: what others say is checked elsewhere.
        false = dict(exception, proof=proof)
        if name == "kind":
            false["reason"] = proof["kind"]
        tried += 1
        if not check_certificates.judge(county, [false])[0]:
            passed.append(f"grid {exception['grid_id']}: {exception['reason']}: false {name} passes")
for line in passed:
    print(line)
print(f"{tried} falsehoods about {sum(seen.values())} proofs")
sys.exit(1 if passed or tried == 0 else 0)
