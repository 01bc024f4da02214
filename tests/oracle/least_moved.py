#!/usr/bin/python3
"""The fewest households that any new plan can move, by integer programming.

    least_moved.py PROBLEMS.jsonl [--seconds 30] [--details] [--case NAME]

PROBLEMS comes from bench-replan --problems: communities with weights, joining pairs, bounds, the old
grid of each unit and the grid that the program gave it. A unit is in one grid; grids are the old ones
and as many fresh ones as could pay, each between the bounds or unused. Connectivity is added as it is
found missing: where grid g holds a and b apart, x[a,g] + x[b,g] - 1 is at most the sum of x[s,g] over
the units around the piece that holds a. First what is out of range in sum, then how many grids are,
then households that leave their grid. Shares no code with the program. Needs scipy (HiGHS).
"""
import argparse
import heapq
import json
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array


def components(members, near):
    members, out = set(members), []
    while members:
        piece, todo = set(), [min(members)]
        while todo:
            v = todo.pop()
            if v in members:
                members.remove(v)
                piece.add(v)
                todo += near[v]
        out.append(piece)
    return out


class Problem:
    def __init__(self, row):
        self.weight, self.n = row["weight"], len(row["weight"])
        self.least, self.most = row["min"], row["max"]
        self.near = [[] for _ in range(self.n)]
        for a, b in row["links"]:
            self.near[a].append(b)
            self.near[b].append(a)
        names = sorted(set(row["old"]))
        self.old = [names.index(o) for o in row["old"]]
        self.n_old, self.new = len(names), row["new"]
        self.sums = [sum(w for w, o in zip(self.weight, self.old) if o == k)
                     for k in range(self.n_old)]

    def off(self, total):
        return max(0, self.least - total, total - self.most)

    def given(self):
        """What the program's own plan has: out of range, how many grids, moved (best matching)."""
        sums, shared = {}, {}
        for w, o, g in zip(self.weight, self.old, self.new):
            sums[g] = sums.get(g, 0) + w
            shared[g, o] = shared.get((g, o), 0) + w
        rows = sorted(sums)
        table = np.zeros((len(rows), self.n_old))
        for (g, o), w in shared.items():
            table[rows.index(g), o] = w
        a, b = linear_sum_assignment(-table)
        bad = [self.off(s) for s in sums.values()]
        for g in rows:
            members = [v for v in range(self.n) if self.new[v] == g]
            assert len(components(members, self.near)) == 1, "a grid in pieces"
        return sum(bad), sum(x > 0 for x in bad), int(sum(self.weight) - table[a, b].sum())

    def reach(self, label):
        """Households that move at least where unit v is in a grid that keeps a unit of its old self."""
        far = [None] * self.n
        heap = [(0, v) for v in range(self.n) if self.old[v] == label]
        while heap:
            d, v = heapq.heappop(heap)
            if far[v] is not None:
                continue
            far[v] = d
            for u in self.near[v]:
                if far[u] is None:
                    heapq.heappush(heap, (d + self.weight[u], u))
        return [float("inf") if d is None else d for d in far]


class Model:
    """Columns: x[v, g], used[g], out[g] (amount), bad[g] (0 or 1)."""

    def __init__(self, problem, bound, fresh, in_range):
        p, self.p = problem, problem
        self.in_range = in_range
        self.n_labels = p.n_old + fresh
        self.upper = np.ones(p.n * self.n_labels)
        for g in range(p.n_old):
            far = p.reach(g)
            for v in range(p.n):
                if far[v] > bound and p.sums[g] > bound:
                    self.upper[v * self.n_labels + g] = 0
        self.cost = np.array([p.weight[v] if p.old[v] != g else 0
                              for v in range(p.n) for g in range(self.n_labels)], float)
        self.rows = []
        self.base()

    def x(self, v, g):
        return v * self.n_labels + g

    def used(self, g):
        return self.p.n * self.n_labels + g

    def out(self, g):
        return (self.p.n + 1) * self.n_labels + g

    def bad(self, g):
        return (self.p.n + 2) * self.n_labels + g

    def add(self, pairs, low, high):
        self.rows.append((pairs, low, high))

    def base(self):
        p, inf = self.p, np.inf
        total = sum(p.weight)
        for v in range(p.n):
            self.add([(self.x(v, g), 1) for g in range(self.n_labels)], 1, 1)
        for g in range(self.n_labels):
            load = [(self.x(v, g), p.weight[v]) for v in range(p.n)]
            self.add(load + [(self.used(g), -p.least), (self.out(g), 1)], 0, inf)
            self.add(load + [(self.used(g), -p.most), (self.out(g), -1)], -inf, 0)
            self.add([(self.out(g), 1), (self.bad(g), -total)], -inf, 0)
            for v in range(p.n):
                self.add([(self.x(v, g), 1), (self.used(g), -1)], -inf, 0)
                # Away from home, a unit that is no grid by itself has a neighbour with it.
                if p.old[v] != g and p.off(p.weight[v]) > 0 and g < p.n_old and self.in_range:
                    self.add([(self.x(v, g), 1)] + [(self.x(u, g), -1) for u in p.near[v]], -inf, 0)
        for g in range(p.n_old + 1, self.n_labels):
            self.add([(self.used(g - 1), 1), (self.used(g), -1)], 0, inf)

    def solve(self, goal, limits, seconds):
        """Minimises goal (column values) under limits [(pairs, low, high)] with connected grids."""
        p = self.p
        columns = (p.n + 3) * self.n_labels
        high = np.concatenate([self.upper, np.ones(self.n_labels),
                               np.full(self.n_labels, float(sum(p.weight))), np.ones(self.n_labels)])
        whole = np.ones(columns)
        left = seconds
        while True:
            rows = self.rows + limits
            data, i, j, lo, hi = [], [], [], [], []
            for r, (pairs, low, up) in enumerate(rows):
                lo.append(low)
                hi.append(up)
                for c, value in pairs:
                    data.append(value)
                    i.append(r)
                    j.append(c)
            matrix = csr_array((data, (i, j)), shape=(len(rows), columns))
            start = time.process_time()
            end = milp(goal, integrality=whole, bounds=Bounds(0, high),
                       constraints=LinearConstraint(matrix, lo, hi),
                       options={"time_limit": max(1.0, left), "mip_rel_gap": 0})
            left -= time.process_time() - start
            if end.status == 2:
                return None, None, True
            bound = end.mip_dual_bound
            if end.x is None or end.status != 0 or left <= 0:
                return (0 if bound is None else bound), None, False
            cuts = self.find_cuts(end.x)
            if not cuts:
                return end.fun, end.x, True
            self.rows += cuts

    def find_cuts(self, values):
        p, cuts = self.p, []
        for g in range(self.n_labels):
            members = [v for v in range(p.n) if values[self.x(v, g)] > 0.5]
            pieces = sorted(components(members, p.near),
                            key=lambda s: (-sum(p.weight[v] for v in s if p.old[v] == g),
                                           -sum(p.weight[v] for v in s), min(s)))
            for k, piece in enumerate(pieces[1:]):
                around = {u for v in piece for u in p.near[v]} - piece
                wall = [(self.x(u, g), -1) for u in sorted(around)]
                heavy = max(pieces[0], key=lambda v: (p.old[v] == g, p.weight[v], -v))
                for a in sorted(piece, key=lambda v: -p.weight[v])[:4]:
                    cuts.append(([(self.x(a, g), 1), (self.x(heavy, g), 1)] + wall, -np.inf, 1))
        return cuts


def least(problem, seconds):
    """(given, least or bound, proved): lexicographic."""
    p = problem
    off, bad, moved = p.given()
    if moved == 0:
        return (off, bad, moved), (off, bad, 0), True
    fresh = min(2, moved // max(1, p.least)) if off == 0 else 1
    model = Model(p, moved if off == 0 else float("inf"), fresh, off == 0)
    columns = (p.n + 3) * model.n_labels
    outs = [(model.out(g), 1) for g in range(model.n_labels)]
    bads = [(model.bad(g), 1) for g in range(model.n_labels)]
    limits, best = [], []
    if off > 0:
        for pairs in (outs, bads):
            goal = np.zeros(columns)
            for c, value in pairs:
                goal[c] = value
            bound, x, proved = model.solve(goal, limits, seconds)
            if not proved or x is None:
                return (off, bad, moved), tuple(best) + (bound,), False
            best.append(round(bound))
            limits = limits + [(pairs, -np.inf, round(bound) + 1e-6)]
    else:
        best = [0, 0]
        limits = [(outs, -np.inf, 0)]
    goal = np.zeros(columns)
    goal[:len(model.cost)] = model.cost
    if off == 0:
        limits = limits + [([(c, w) for c, w in enumerate(model.cost) if w > 0], -np.inf, moved + 0.5)]
    bound, x, proved = model.solve(goal, limits, seconds)
    found = round(bound) if proved and bound is not None else bound
    return (off, bad, moved), tuple(best) + (found,), proved


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("problems")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--details", action="store_true")
    parser.add_argument("--case")
    parser.add_argument("--out", action="store_true", help="also communities that are out of range")
    args = parser.parse_args()
    sums = {}
    for line in open(args.problems, encoding="utf-8"):
        row = json.loads(line)
        if args.case and row["case"] != args.case:
            continue
        p = Problem(row)
        off, _, moved = p.given()
        s = sums.setdefault(row["case"], dict(all=0, moved=0, least=0, open=0, better=0, n=0, out=0))
        if off > 0 and not args.out:
            s["out"] += 1
            continue
        given, found, proved = least(p, args.seconds)
        low = found[2] if len(found) > 2 and found[2] is not None else 0
        s["all"] += sum(p.weight)
        s["moved"] += moved
        s["least"] += low
        s["n"] += 1
        s["open"] += not proved
        s["better"] += proved and found < given
        if args.details and (found != given or not proved):
            print(row["case"], row["change"], row["community"], p.n, "units", p.n_old, "grids", given,
                  found, "" if proved else "open", flush=True)
    for name, s in sorted(sums.items()):
        print("%s: %d communities, moved %d of %d (%.3f %%), least %d (%.3f %%), ratio %.4f; %d could "
              "move less, %d bounds only, %d out of range left out"
              % (name, s["n"], s["moved"], s["all"], 100 * s["moved"] / max(1, s["all"]), s["least"],
                 100 * s["least"] / max(1, s["all"]), s["moved"] / max(1, s["least"]), s["better"],
                 s["open"], s["out"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
