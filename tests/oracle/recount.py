"""Recounts a report from the events of the county file: nothing of the program's measures is read.

usage: recount.py COUNTY.sqlite REPORT.csv [--when]
Every row's count, the two it is compared with, and the rate with its interval (by bisection of the
Poisson distribution). The day of COUNTYGRID_NOW runs still: without --when it is counted nowhere, with it it
is compared with nothing. Counts of one period must add up over types where all types are there.
"""
import csv
import math
import os
import sqlite3
import sys
from datetime import date, datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
DIGITS = {'county': 6, 'town': 9, 'community': 12, 'grid': 15}


def events(path):
    """(day, grid code or '', type) of the latest revision of each incident with a time that was not withdrawn."""
    base = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    plan = base.execute("SELECT plan_id FROM plan WHERE state = 'published'").fetchone()[0]
    code = dict(base.execute('SELECT grid_id, code FROM grid WHERE plan = ?', (plan,)))
    households = dict(base.execute('SELECT code, households FROM grid WHERE plan = ?', (plan,)))
    grid = dict(base.execute("SELECT thing, grid_id FROM attachment WHERE plan = ? AND kind = 'incident'", (plan,)))
    latest = {}
    for key, source, name, revision, kind, time_s, withdrawn in base.execute(
            'SELECT incident_key, source, source_id, revision, type, occurred_s, withdrawn FROM incident'):
        if (source, name) not in latest or latest[source, name][0] < revision:
            latest[source, name] = (revision, key, kind, None if withdrawn else time_s)
    rows = []
    for revision, key, kind, time_s in latest.values():
        if time_s is not None:
            day = datetime.fromtimestamp(time_s, ZONE).date()
            rows.append((day, code.get(grid.get(key), ''), kind or ''))
    return rows, households


def period_of(text):
    """First day and the day after the last of "2026-11-21", "2026-W47", "2026-11", "2026"."""
    if 'W' in text:
        first = date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
        return first, first + timedelta(days=7)
    if len(text) == 10:
        first = date.fromisoformat(text)
        return first, first + timedelta(days=1)
    if len(text) == 7:
        first = date.fromisoformat(text + '-01')
        return first, (first + timedelta(days=31)).replace(day=1)
    return date(int(text), 1, 1), date(int(text) + 1, 1, 1)


def compared(text):
    """Periods one before and one year before, as (first, after)."""
    first, after = period_of(text)
    before = period_of(text)[0] - timedelta(days=1)
    if 'W' in text:
        return (first - timedelta(days=7), first), (first - timedelta(days=364), first - timedelta(days=357))
    if len(text) == 10:
        year = first.replace(year=first.year - 1, day=28) if (first.month, first.day) == (2, 29) \
            else first.replace(year=first.year - 1)
        return (before, first), (year, year + timedelta(days=1))
    if len(text) == 7:
        return (before.replace(day=1), first), \
            (first.replace(year=first.year - 1), (first.replace(year=first.year - 1) + timedelta(days=31)).replace(day=1))
    return ((date(first.year - 1, 1, 1), first),) * 2


def poisson_bound(count, tail, upper):
    """The mean for which P(X <= count) (upper) or P(X >= count) (lower) is `tail`."""
    if not upper and count == 0:
        return 0.0

    def chance(mean):
        k_range = range(count + 1) if upper else range(count)
        below = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in k_range)
        return below if upper else 1 - below
    low, high = 1e-12, 10.0 * (count + 10)
    for _ in range(200):
        middle = (low + high) / 2
        too_low = chance(middle) > tail if upper else chance(middle) < tail
        low, high = (middle, high) if too_low else (low, middle)
    return low


def main():
    rows, households = events(sys.argv[1])
    begin, end = min(r[0] for r in rows), max(r[0] for r in rows) + timedelta(days=1)
    now = os.environ.get('COUNTYGRID_NOW')
    today = datetime.fromtimestamp(int(now), ZONE).date() if now else None
    if today and '--when' not in sys.argv and begin < today:
        end = min(end, today)
    table = list(csv.DictReader(open(sys.argv[2], encoding='utf-8-sig', newline='')))
    assert table

    width = DIGITS[table[0]['level']]
    of_place = {}
    for day, code, kind in rows:
        of_place.setdefault(code[:width], []).append((day, kind))

    def count(row, first, after):
        return sum(first <= day < after and (row['type'] in ('', kind) or kind.startswith(row['type'] + '/'))
                   for day, kind in of_place.get(row['code'], ()))
    rates = 0
    for row in table:
        first, after = period_of(row['period'])
        assert int(row['count']) == count(row, first, min(after, end)), row
        assert int(row['days']) == (min(after, end) - max(first, begin)).days, row
        for name, (f, a) in zip(('previous', 'last_year'), compared(row['period'])):
            if end < after:
                a = min(a, f + (end - first))
            runs = len(row['period']) == 10 and today is not None and first >= today
            wanted = '' if f < begin or runs else str(count(row, f, a))
            assert row[name] == wanted, (name, row, wanted)
        base = sum(h for code, h in households.items() if row['code'] and code.startswith(row['code']))
        assert row['households'] == (str(base) if row['code'] else ''), row
        if base > 0:
            n = int(row['count'])
            assert math.isclose(float(row['rate_per_1000']), n / base * 1000, abs_tol=1e-12), row
            if n < 400 and rates < 200:
                rates += 1
                for name, upper in (('rate_low', False), ('rate_high', True)):
                    wanted = poisson_bound(n, 0.025, upper) / base * 1000
                    assert math.isclose(float(row[name]), wanted, rel_tol=1e-6, abs_tol=1e-9), (name, row, wanted)
    kinds = {row['type'] for row in table}
    if '' in kinds and len(kinds) > 1:
        for row in table:
            if row['type'] == '':
                parts = sum(int(r['count']) for r in table
                            if (r['code'], r['period']) == (row['code'], row['period']) and r['type'])
                assert parts <= int(row['count']), row
    print(f'# {len(table)} rows agree with {len(rows)} events')


main()
