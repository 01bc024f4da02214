#!/usr/bin/python3
"""Curves, bandwidths, quantiles and classes of a few rows of numbers by numpy and scipy.

    tests/oracle/distribution.py > tests/data/analyse/distribution.csv

Columns: values; quartiles; bandwidth (Silverman's rule); density at five points, plain and folded at 0; width of the
classes and their counts.
"""
import numpy as np
from scipy import stats


def nice(least):
    for power in range(-12, 13):
        for mantissa in (1, 2, 5):
            if mantissa * 10.0**power >= least * (1 - 1e-12):
                return mantissa * 10.0**power


def main():
    source = np.random.default_rng(4)
    rows = [
        np.array([1.0, 2, 2, 3, 9]),
        source.poisson(4, 60).astype(float),
        np.round(source.lognormal(2, 0.8, 80), 3),
        np.round(source.normal(-3, 10, 50), 2),
    ]
    print("values,quartiles,bandwidth,at,plain,folded,width,low,counts")
    for values in rows:
        quartiles = np.quantile(values, [0.25, 0.5, 0.75])
        spread = min(values.std(ddof=1), (quartiles[2] - quartiles[0]) / 1.34)
        bandwidth = 0.9 * spread * len(values) ** -0.2
        at = np.linspace(-2, 20, 5)
        kernel = lambda x, centres: stats.norm.pdf(x[:, None], centres[None, :], bandwidth).mean(axis=1)
        plain = kernel(at, values)
        folded = np.where(at < 0, 0, plain + kernel(at, -values))
        width = 2 * (quartiles[2] - quartiles[0]) / np.cbrt(len(values))
        if (values == np.floor(values)).all():
            width = max(width, 1)
        width = nice(width)
        low = np.floor(values.min() / width) * width
        edges = np.arange(low, values.max() + width * 0.5, width)
        while edges[-1] <= values.max():
            edges = np.append(edges, edges[-1] + width)
        counts = np.histogram(values, edges)[0]
        write = lambda numbers: " ".join(repr(float(v)) for v in numbers)
        print(write(values), write(quartiles), repr(float(bandwidth)), write(at), write(plain), write(folded),
              repr(float(width)), repr(float(low)), write(counts), sep=",")


main()
