#!/usr/bin/python3
"""Rates and risks of `countygrid density` counted again with plain sums over all events.

usage: check_risk.py rate OUT.csv EVENTS.csv BASE.csv COLUMN SIGMA FLOOR
       check_risk.py risk OUT.csv CASES.csv OTHERS.csv SIGMA FLOOR     formulas to 1e-9, chances beside 4000 shuffled labels
       check_risk.py raster OUT.tif OUT.csv SIGMA                      a raster of risk beside its table at cell centres
       check_risk.py contours OUT.tif LINES                            every vertex of a ring lies on its level
"""
import csv
import math
import sys

import numpy as np


def points(path, *columns):
    rows = [r for r in csv.DictReader(open(path)) if r['x'] and r['y']]
    return [np.array([float(r[c]) for r in rows]) for c in ('x', 'y') + columns]


def kernels(at, events, sigma):
    d2 = (at[0][:, None] - events[0]) ** 2 + (at[1][:, None] - events[1]) ** 2
    return np.exp(-d2 / 2 / sigma ** 2) * 1e6 / (2 * np.pi * sigma ** 2)


def near(name, ours, want, tolerance=1e-9):
    """ours: texts of a column, empty where want is NaN."""
    for i, (o, w) in enumerate(zip(ours, want)):
        if math.isnan(w):
            assert o == '', (name, i, o, w)
        else:
            assert o != '' and abs(float(o) - w) <= tolerance * max(1, abs(w)), (name, i, o, w)


def read_out(path):
    rows = list(csv.DictReader(open(path)))
    at = [np.array([float(r[c]) for r in rows]) for c in 'xy']
    return rows, at


def rate(out, events, base, column, sigma, floor):
    rows, at = read_out(out)
    sigma, floor = float(sigma), float(floor)
    x, y, w = points(base, column)
    f = kernels(at, points(events), sigma).sum(1)
    g = (kernels(at, (x, y), sigma) * w).sum(1)
    area = 4 * np.pi * sigma ** 2 / 1e6
    c = f * area
    with np.errstate(all='ignore'):
        r = np.where((g * area >= floor) & (g > 0), 1000 * f / g, np.nan)
        low = np.maximum(1 - 1 / (9 * c) - 1.959963984540054 / (3 * np.sqrt(c)), 0) ** 3 * c
        high = (c + 1) * (1 - 1 / (9 * (c + 1)) + 1.959963984540054 / (3 * np.sqrt(c + 1))) ** 3
    assert np.isnan(r).any() and not np.isnan(r).all(), 'the floor must part the places'
    for name, want in (('per_1000', r), ('per_1000_low', np.where(np.isnan(r), np.nan, low / (g * area) * 1000)),
                       ('per_1000_high', np.where(np.isnan(r), np.nan, high / (g * area) * 1000)), ('per_km2', f), ('base_per_km2', g)):
        near(name, [row[name] for row in rows], want)


def risk(out, cases, others, sigma, floor):
    rows, at = read_out(out)
    sigma, floor = float(sigma), float(floor)
    a, b = points(cases), points(others)
    k = np.hstack([kernels(at, a, sigma), kernels(at, b, sigma)])
    n1, n = len(a[0]), k.shape[1]
    n2 = n - n1
    f, g = k[:, :n1].mean(1), k[:, n1:].mean(1)
    mean, square, cube = k.mean(1), (k ** 2).mean(1), (k ** 3).mean(1)
    events = n * mean ** 2 / square
    variance = square - mean ** 2
    z = (f - g) / np.sqrt((1 / n1 + 1 / n2) * variance * n / (n - 1))
    skew = (cube - 3 * mean * square + 2 * mean ** 3) / variance ** 1.5 * (1 - 2 * n1 / n) / math.sqrt(n1 * (1 - n1 / n))
    z = 6 / skew * (np.cbrt(np.maximum(skew * z / 2 + 1, 0)) - 1) + skew / 6
    p = np.array([math.erfc(v / math.sqrt(2)) / 2 for v in z])
    there = events >= floor
    assert there.any() and not there.all(), 'the floor must part the places'
    nan = lambda v: np.where(there, v, np.nan)
    near('log_ratio', [r['log_ratio'] for r in rows], nan(np.clip(np.log(f / g), -5, 5)))
    near('z', [r['z'] for r in rows], nan(z), 1e-7)
    near('p', [r['p'] for r in rows], nan(p), 1e-7)
    near('per_km2', [r['per_km2'] for r in rows], f * n1)
    # Labels handed out blindly.
    random, draws = np.random.default_rng(1), 4000
    as_high = np.zeros(len(z))
    for _ in range(draws):
        as_high += k[:, random.permutation(n)[:n1]].mean(1) >= f
    drawn = (as_high + 1) / (draws + 1)
    many = there & (events >= 20)
    wrong = np.abs(p - drawn)[many]
    plain = np.array([math.erfc(v / math.sqrt(2)) / 2 for v in (np.log(f / g) * mean / np.sqrt((1 / n1 + 1 / n2) * variance * n / (n - 1)))])
    print(f'# {many.sum()} places on 20 events or more: p differs from {draws} shuffles by {wrong.max():.4f} at most, {wrong.mean():.4f} on '
          f'average; the test on the log ratio by {np.abs(plain - drawn)[many].max():.4f}, {np.abs(plain - drawn)[many].mean():.4f}')
    assert many.sum() > 50 and wrong.max() < 0.06 and wrong.mean() < 0.012
    assert wrong.mean() < np.abs(plain - drawn)[many].mean()


def raster(tif, out, sigma):
    from osgeo import gdal
    data = gdal.Open(tif)
    left, cell, _, top, _, _ = data.GetGeoTransform()
    rows, at = read_out(out)
    names = {data.GetRasterBand(k + 1).GetDescription(): data.GetRasterBand(k + 1).ReadAsArray() for k in range(data.RasterCount)}
    assert list(names) == ['log_ratio', 'p', 'z', 'per_km2', 'against_per_km2'], list(names)
    peak = names['per_km2'].max()
    checked = 0
    for row, x, y in zip(rows, *at):
        c, r = (x - left) / cell - 0.5, (top - y) / cell - 0.5
        assert abs(c - round(c)) < 1e-6 and abs(r - round(r)) < 1e-6, 'the table must ask at centres'
        c, r = round(c), round(r)
        assert abs(names['per_km2'][r, c] - float(row['per_km2'])) < 1e-5 * peak
        if row['p']:
            assert abs(names['p'][r, c] - float(row['p'])) < 2e-3, (row, names['p'][r, c])
            assert abs(names['log_ratio'][r, c] - float(row['log_ratio'])) < 5e-3, (row, names['log_ratio'][r, c])
            checked += 1
    assert checked > 20


def contours(tif, path):
    from osgeo import gdal, ogr
    data = gdal.Open(tif)
    left, cell, _, top, _, _ = data.GetGeoTransform()
    z = data.GetRasterBand(3).ReadAsArray().astype(float)
    lines = ogr.Open(path)
    layer = lines.GetLayer('tolerance')
    assert layer.GetFeatureCount() > 0
    sides = set()
    for feature in layer:
        side, p, ring = feature['side'], feature['p'], feature.GetGeometryRef()
        level = {0.05: 1.644853626951473, 0.01: 2.326347874040841}[p] * (1 if side == 'high' else -1)
        sides.add((side, p))
        for x, y in ring.GetPoints():
            c, r = (x - left) / cell - 0.5, (top - y) / cell - 0.5
            if not (0 <= c <= z.shape[1] - 1 and 0 <= r <= z.shape[0] - 1):
                continue
            c0, r0 = min(int(c), z.shape[1] - 2), min(int(r), z.shape[0] - 2)
            u, v = c - c0, r - r0
            corner = z[r0:r0 + 2, c0:c0 + 2]
            if np.isnan(corner).any():
                continue
            value = (corner[0, 0] * (1 - u) + corner[0, 1] * u) * (1 - v) + (corner[1, 0] * (1 - u) + corner[1, 1] * u) * v
            assert abs(value - level) < 1e-3, (side, p, value, level)
    print('# rings', sorted(sides))
    assert ('high', 0.05) in sides


if len(sys.argv) < 2 or sys.argv[1] not in ('rate', 'risk', 'raster', 'contours'):
    sys.exit(__doc__)
globals()[sys.argv[1]](*sys.argv[2:])
