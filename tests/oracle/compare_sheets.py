#!/usr/bin/python3
"""The same rows as CSV and as a spreadsheet, written by openpyxl, must give the same county or the same refusal.

usage: compare_sheets.py PROGRAM FOLDER FROM TO     seeds FROM to TO-1
Each seed chooses a kind of table, its columns in any order, values right and wrong, and for the spreadsheet how each value is
kept: numbers as text and text as numbers, dates of both calendars in many formats, titles above the header, merged headers,
other sheets before and behind, empty rows that are only styled. Prints what differs; exit 1 then, 77 without openpyxl.
Numbers have few enough digits for openpyxl, which writes 16.
"""
import csv
import datetime
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys

try:
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils.datetime import CALENDAR_MAC_1904
except ImportError:
    print("python3-openpyxl is not installed")
    sys.exit(77)

program, folder, first, last = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
DATES = ["yyyy-mm-dd hh:mm:ss", "m/d/yy h:mm", 'yyyy"年"m"月"d"日" h"时"mm"分"ss"秒"', "[$-804]yyyy/m/d\\ h:mm:ss;@", "d-mmm-yy",
         "yyyy-mm-dd\"T\"hh:mm:ss.000", "[Red]YYYY\\-MM\\-DD"]
NUMBERS = ["General", "0.00", "0%", "#,##0.000", "0.00E+00", '0.0"米"', "[Blue][>10]0.0;[Red]0.0", "@"]


def outline(k):
    x, y = 108.1 + 0.01 * k, 36.8
    return f"POLYGON(({x:.3f} {y},{x + .009:.3f} {y},{x + .009:.3f} {y + .01},{x:.3f} {y + .01},{x:.3f} {y}))"


def moment(r):
    return datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=r.randrange(2 * 366 * 86400) * (r.random() < .9))


# column: names, then how a value is made; what it is: t text, n number, d date, f flag
COLUMNS = {
    "incidents": [(["编号", "id", "工单编号"], "t", lambda r, k: f"{k:08d}" if r.random() < .5 else str(10 ** r.randrange(14) + k)),
                  (["经度", "lon"], "n", lambda r, k: round(108.1 + r.random() / 5, 9)), (["纬度", "lat"], "n", lambda r, k: round(36.8 + r.random() / 5, 9)),
                  (["发生时间", "occurred"], "d", lambda r, k: moment(r)), (["登记时间", "reported"], "d", lambda r, k: moment(r)),
                  (["类型", "诉求类型"], "t", lambda r, k: r.choice(["民生/噪音", "治安, 盗窃", 'a "b"', "12", "007", " 井盖 ", "A\nB"])),
                  (["权重"], "n", lambda r, k: r.choice([1, 0.25, 3, 2.5, 0.333333])), (["撤销"], "f", lambda r, k: r.random() < .1),
                  (["版本"], "n", lambda r, k: r.randrange(3)), (["办结率"], "n", lambda r, k: round(r.random(), 3))],
    "cameras": [(["设备编码"], "t", lambda r, k: f"6106261320{k:010d}"), (["lon"], "n", lambda r, k: round(108.1 + r.random() / 5, 9)),
                (["lat"], "n", lambda r, k: round(36.8 + r.random() / 5, 9)), (["类别"], "t", lambda r, k: r.choice("ABC")),
                (["朝向"], "n", lambda r, k: r.randrange(360)), (["可视距离"], "n", lambda r, k: r.choice([50, 80.5, 80.0625]))],
    "services": [(["编码"], "t", lambda r, k: f"{k:05d}"), (["经度"], "n", lambda r, k: round(108.1 + r.random() / 5, 9)),
                 (["纬度"], "n", lambda r, k: round(36.8 + r.random() / 5, 9)), (["类型"], "t", lambda r, k: r.choice(["卫生室", "超市"])),
                 (["名称"], "t", lambda r, k: f"站 {k}"), (["床位"], "n", lambda r, k: r.randrange(1, 90))],
    "compounds": [(["小区编码"], "t", lambda r, k: f"C{k:03d}"), (["小区名称"], "t", lambda r, k: f"{k}号院"),
                  (["wkt"], "t", lambda r, k: outline(k))],
    "regions": [(["code"], "t", lambda r, k: f"610626{100 + k // 9}{200 + k % 9}"), (["name"], "t", lambda r, k: f"第{k}社区"),
                (["level"], "t", lambda r, k: "community"), (["户数"], "n", lambda r, k: r.randrange(9999)), (["geometry"], "t", lambda r, k: outline(k))],
}


def csv_text(value, what):
    if value is None:
        return ""
    if what == "d" and isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S" if value.time() != datetime.time() else "%Y-%m-%d")
    if what == "f" and isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return repr(value) if isinstance(value, float) else str(value)


def put(r, cell, value, what):
    """The value as one of the ways in which people keep it."""
    text = csv_text(value, what)
    cell.value = value
    if value is None:
        cell.font = Font(bold=True)
    elif isinstance(value, str) and what == "t":
        if value.isdigit() and 1 < len(value) <= 15 and r.random() < .4:
            cell.value = int(value)
            cell.number_format = "0" * len(value)
        elif text.strip().startswith("="):
            cell.data_type = "s"
    elif isinstance(value, datetime.datetime):
        cell.number_format = r.choice(DATES)
        if r.random() < .3:
            cell.value = text
    elif what == "n" and not isinstance(value, str):
        cell.number_format = r.choice(NUMBERS)
        if r.random() < .3:
            cell.value = text
    elif what == "f" and r.random() < .3:
        cell.value = text


def spoil(r, value, what):
    wrong = {"n": ["abc", -5, "1,5", None, "1e400"], "d": ["昨天", "25:00", None, "2026-02-30"], "t": [None, "x" * 1200], "f": ["也许"]}
    return r.choice(wrong[what])


def make(seed):
    r = random.Random(seed)
    kind = list(COLUMNS)[seed % len(COLUMNS)]
    columns = list(COLUMNS[kind])
    r.shuffle(columns)
    n, bad = r.choice([1, 7, 70]), r.random() < .4
    header = [r.choice(names) for names, _, _ in columns]
    rows = [[spoil(r, None, what) if bad and r.random() < .03 else value(r, k) for _, what, value in columns] for k in range(n)]
    with open(folder / "s.csv", "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(header)
        table.writerows([[csv_text(v, c[1]) for v, c in zip(row, columns)] for row in rows])
    book = openpyxl.Workbook()
    if r.random() < .4:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    if r.random() < .4:
        sheet.append(["说明", "这一页不是表"])
        sheet = book.create_sheet()
    sheet.title = "表"
    offset = r.choice([0, 0, 1, 3])
    if offset > 0:
        sheet.cell(1, 1, "热线事件导出（2026年11月）")
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    for c, name in enumerate(header):
        above = offset == 3 and r.random() < .5
        sheet.cell(offset if above else offset + 1, c + 1, name)
        if above:
            sheet.merge_cells(start_row=offset, start_column=c + 1, end_row=offset + 1, end_column=c + 1)
    for k, row in enumerate(rows):
        for c, value in enumerate(row):
            put(r, sheet.cell(offset + 2 + k, c + 1), value, columns[c][1])
    for k in range(r.choice([0, 5])):
        sheet.cell(offset + 2 + n + 3 * k, 1).font = Font(italic=True)
    if r.random() < .3:
        book.create_sheet("附表").append(["无"])
    book.save(folder / "s.xlsx")
    return kind, offset, columns, rows


def lines_of(path):
    """Line of the CSV on which each row begins."""
    with open(path, encoding="utf-8", newline="") as file:
        table, begin, out = csv.reader(file), 1, []
        for _ in table:
            out.append(begin)
            begin = table.line_num + 1
    return out[1:]


def run(kind, name):
    county, report = folder / f"{name}.sqlite", folder / f"{name}.json"
    for old in folder.glob(f"{name}.sqlite*"):
        old.unlink()
    shutil.copy(folder / "empty.sqlite", county)
    done = subprocess.run([program, "import", county, kind, folder / f"s.{name}", "--crs", "EPSG:4326", "--report", report], capture_output=True, text=True)
    found = json.loads(report.read_text(encoding="utf-8"))
    stored = {}
    base = sqlite3.connect(f"file:{county}?mode=ro", uri=True)
    for table in ("incident", "incident_place", "camera", "camera_place", "service", "service_place", "compound", "region"):
        stored[table] = [tuple(row) for row in base.execute(f"SELECT * FROM {table} ORDER BY 1")]
        names = [c[1] for c in base.execute(f"PRAGMA table_info({table})")]
        if "source_row" in names:
            place = names.index("source_row")
            stored[table] = [row[:place] + (("row", row[place]),) + row[place + 1:] for row in stored[table]]
    base.close()
    return done, found, stored


def compare(seed):
    kind, offset, columns, rows = make(seed)
    lines = lines_of(folder / "s.csv")
    of_line = {line: offset + 2 + k for k, line in enumerate(lines)}
    (done, found, stored), (done_x, found_x, stored_x) = run(kind, "csv"), run(kind, "xlsx")
    by_row = {t: [tuple(("row", of_line[v[1]]) if isinstance(v, tuple) else v for v in row) for row in stored[t]] for t in stored}
    what = []
    if done.returncode != done_x.returncode or done_x.returncode not in (0, 1):
        what.append(f"exit {done.returncode} and {done_x.returncode}: {done.stderr} {done_x.stderr}")
    if by_row != stored_x:
        what.append("the counties differ: " + str([(a, b) for t in stored for a, b in zip(by_row[t], stored_x[t]) if a != b][:1]))
    key = lambda f, line: (of_line.get(f["row"], 0) if line else f["row"] or 0, f["code"], f.get("column") or "")
    wrong, wrong_x = (sorted(key(f, line) for f in g["findings"] if f["level"] != "note") for g, line in ((found, 1), (found_x, 0)))
    if wrong != wrong_x:
        what.append(f"findings: {[w for w in wrong if w not in wrong_x][:3]} and {[w for w in wrong_x if w not in wrong][:3]}")
    if "s.xlsx:表" not in done_x.stderr and done_x.returncode == 1:
        what.append("the refusal names no sheet: " + done_x.stderr)
    return kind, len(rows), done_x.returncode, what


subprocess.run([program, "init", folder / "empty.sqlite"], check=True, capture_output=True)
faults, refused, n_rows = 0, 0, 0
for seed in range(first, last):
    kind, n, code, what = compare(seed)
    refused += code == 1
    n_rows += n
    for text in what:
        faults += 1
        print(f"seed {seed} ({kind}): {text}")
print(f"# {last - first} pairs of files, {n_rows} rows, {refused} refused, {faults} differences")
sys.exit(faults > 0)
