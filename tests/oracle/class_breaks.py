#!/usr/bin/python3
"""Class breaks worked out a second time, in exact fractions and without the program's method.

    tests/oracle/class_breaks.py > tests/data/analyse/breaks.csv

Natural breaks: the plain O(k m^2) table over the different values with sums as fractions; of equal sums the split whose
last class begins lowest. Head/tail and standard deviations: as Jiang 2013 and the header of analyse/breaks.h put them.
Columns: method, classes asked for, values, bounds, goodness of variance fit.
"""
from fractions import Fraction
from math import sqrt

import numpy as np


def squares(values):
    values = [Fraction(v) for v in values]
    mean = sum(values) / len(values)
    return sum((v - mean) ** 2 for v in values)


def fit(values, bounds):
    whole = squares(values)
    if whole == 0:
        return 1.0
    inside, low = Fraction(0), None
    for bound in bounds:
        members = [v for v in values if v <= bound and (low is None or v > low)]
        inside += squares(members) if members else 0
        low = bound
    return float(1 - inside / whole)


def jenks(values, k):
    different = sorted(set(values))
    many = [values.count(v) for v in different]
    m = len(different)
    k = min(k, m)
    s0, s1, s2 = [Fraction(0)], [Fraction(0)], [Fraction(0)]
    for value, count in zip(different, many):
        x = Fraction(value)
        s0.append(s0[-1] + count)
        s1.append(s1[-1] + count * x)
        s2.append(s2[-1] + count * x * x)

    def cost(i, j):
        return s2[j] - s2[i] - (s1[j] - s1[i]) ** 2 / (s0[j] - s0[i])

    table = [[None] * (m + 1) for _ in range(k + 1)]
    came = [[0] * (m + 1) for _ in range(k + 1)]
    table[0][0] = Fraction(0)
    for c in range(1, k + 1):
        for j in range(c, m + 1):
            for i in range(c - 1, j):
                if table[c - 1][i] is None:
                    continue
                total = table[c - 1][i] + cost(i, j)
                if table[c][j] is None or total < table[c][j]:
                    table[c][j], came[c][j] = total, i
    bounds, end = [], m
    for c in range(k, 0, -1):
        bounds.append(different[end - 1])
        end = came[c][end]
    return bounds[::-1]


def headtail(values, k):
    bounds, part = [], sorted(values)
    while len(bounds) + 1 < k:
        mean = sum(Fraction(v) for v in part) / len(part)
        head = [v for v in part if v > mean]
        if not head:
            break
        bounds.append(float(mean))
        minority = Fraction(len(head), len(part)) <= Fraction(4, 10)
        part = head
        if not minority:
            break
    return bounds + [max(values)]


def stddev(values, k):
    mean = sum(Fraction(v) for v in values) / len(values)
    deviation = sqrt(sum((Fraction(v) - mean) ** 2 for v in values) / len(values))
    bounds = [float(mean) + (i - k / 2) * deviation for i in range(1, k)]
    return [b for b in bounds if min(values) <= b < max(values)] + [max(values)]


def rows():
    source = np.random.default_rng(20)
    yield [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    yield [4, 4, 4, 4]
    yield [0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    yield [1, 2, 4, 5, 7, 8, 10, 11, 13, 14]
    yield [-1e9, 0.125, 0.25, 0.375, 10.5, 10.625]
    yield [1e9 + v for v in (0, 0.25, 0.5, 3, 3.25, 9)]
    yield [int(v) for v in source.poisson(3, 120)]
    yield [round(float(v), 3) for v in source.lognormal(1, 1, 90)]
    yield [round(float(v), 2) for v in source.normal(0, 40, 80)]
    yield [int(v) for v in np.ceil(100 / np.arange(1, 101))]


def main():
    print("method,classes,values,bounds,fit")
    for values in rows():
        values = [float(v) for v in values]
        for name, run in (("jenks", jenks), ("headtail", headtail), ("stddev", stddev)):
            for k in (1, 2, 3, 5, 8):
                bounds = run(values, k)
                print(name, k, " ".join(map(repr, values)), " ".join(map(repr, bounds)), repr(fit(values, bounds)),
                      sep=",")


main()
