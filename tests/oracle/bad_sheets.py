#!/usr/bin/python3
"""Spreadsheets that nobody should open, one for each cause, each given to `countygrid import`.

usage: bad_sheets.py PROGRAM FOLDER COUNTY      writes TAP; the files are made with zipfile, byte by byte where they must be
Every one ends with exit 1 and its cause (0 where it is odd but right), in little memory, and no fault of memory.
"""
import os
import pathlib
import random
import resource
import struct
import subprocess
import sys
import zipfile

program, folder, county = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = '<Relationship Id="%s" Type="' + OFFICE + '/%s" Target="%s"/>'
COLUMNS = ["编号", "发生时间", "经度", "纬度"]
n_tests, n_bad = 0, 0


def links(*each):
    return HEAD + "<Relationships>" + "".join(LINK % one for one in each) + "</Relationships>"


def text(value):
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def row(*cells, attributes=""):
    return f"<row {attributes}>{''.join(cells)}</row>"


def record(k, **more):
    return row(text(f"E{k}"), text("2026-11-20 07:23:00"), "<c><v>108.2</v></c>", "<c><v>36.9</v></c>", **more)


def sheet(*rows, before="", after="</sheetData></worksheet>"):
    return f"{HEAD}{before}<worksheet {MAIN}><sheetData>" + row(*map(text, COLUMNS)) + "".join(rows) + after


def parts(body, names=("表",), strings=None, book=None):
    pages = "".join(f'<sheet name="{name}" sheetId="{k + 1}" r:id="r{k}"/>' for k, name in enumerate(names))
    out = {"_rels/.rels": links(("a", "officeDocument", "xl/workbook.xml")),
           "xl/workbook.xml": book or f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{pages}</sheets></workbook>',
           "xl/_rels/workbook.xml.rels": links(*[(f"r{k}", "worksheet", "worksheets/sheet1.xml") for k in range(len(names))],
                                               ("s", "sharedStrings", "sharedStrings.xml")),
           "xl/worksheets/sheet1.xml": body}
    if strings is not None:
        out["xl/sharedStrings.xml"] = f"{HEAD}<sst {MAIN}>{strings}</sst>"
    return out


def save(name, contents, method=zipfile.ZIP_DEFLATED, **more):
    path = folder / name
    with zipfile.ZipFile(path, "w", method) as archive:
        for part, body in contents.items():
            with archive.open(part, "w", **more) as out:
                for piece in [body] if isinstance(body, (str, bytes)) else body:
                    out.write(piece.encode() if isinstance(piece, str) else piece)
    return path


def run(path, words, code=1, name=None, options=()):
    """words: texts that the error holds."""
    global n_tests, n_bad
    done = subprocess.run([program, "import", county, "incidents", path, "--dry-run", *options], capture_output=True, text=True)
    good = done.returncode == code and all(word in done.stderr for word in words)
    n_tests += 1
    n_bad += not good
    print(f"{'ok' if good else 'not ok'} {n_tests} - {name or path.name}")
    if not good:
        print(f"# exit {done.returncode}: {done.stderr[:500]}".replace("\n", " "))


def edit(path, find, change, which=0):
    """Bytes found the `which` time, changed in place."""
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(which + 1):
        at = data.index(find, at + 1)
    change(data, at)
    path.write_bytes(data)


good = sheet(*[record(k) for k in range(50)])
run(save("right.xlsx", parts(good)), [], 0)
run(save("stored.xlsx", parts(good), zipfile.ZIP_STORED), [], 0)
run(save("zip64.xlsx", parts(good), force_zip64=True), [], 0)
prefixed = good.replace("<row ", "<x:row ").replace("</row>", "</x:row>").replace("<c>", "<x:c>").replace("<c t", "<x:c t").replace("</c>", "</x:c>")
run(save("prefix.xlsx", parts(prefixed.replace("<worksheet ", '<worksheet xmlns:x="urn:x" '))), [], 0)

# ---- bombs ----
run(save("bomb.xlsx", parts(iter([sheet(after="")] + ["<row>" + "<c/>" * 5000 + "</row>"] * 2400))), ["250 times", "FILE_TOO_LARGE"])
run(save("laughs.xlsx", parts(sheet(record(1).replace("E1", "&b;"), before='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'))), ["document type"])
run(save("outside.xlsx", parts(sheet(record(1).replace("E1", "&b;"), before='<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'))), ["document type"])
run(save("attribute.xlsx", parts(sheet(record(1, attributes='a="' + "".join(random.Random(1).choices("abcdefgh", k=3 << 20)) + '"')))), ["1 MB"])
run(save("deep.xlsx", parts(sheet("<a>" * 100))), ["64 levels"])
run(save("longtext.xlsx", parts(sheet(record("x" * (2 << 20))))), ["longer than 1 MB"])
long_text = "".join(random.Random(2).choices("abcdefgh", k=900_000))
shared = '<c t="s"><v>0</v></c>'
run(save("wideshared.xlsx", parts(sheet(row(shared * 40)), strings=f"<si><t>{long_text}</t></si>")), ["than 8 MB"])
late = "<c/><c><v>108.2</v></c><c><v>36.9</v></c>"
run(save("tallshared.xlsx", parts(iter([sheet(after="")] + [row(shared, late)] * 1500 + ["</sheetData></worksheet>"]),
                                   strings=f"<si><t>{long_text}</t></si>")), ["1000 bytes"])
run(save("sheets.xlsx", parts(good, names=[f"S{k}" for k in range(1500)])), ["1000 sheets"])

# ---- impossible places ----
run(save("row.xlsx", parts(sheet(record(1, attributes='r="1048577"')))), ["FILE_TOO_LARGE"])
run(save("lastrow.xlsx", parts(sheet(record(1, attributes='r="1048576"')))), [], 0)
run(save("backwards.xlsx", parts(sheet(record(1, attributes='r="9"'), record(2, attributes='r="8"')))), ["after row 9", ":9:"])
run(save("column.xlsx", parts(sheet('<row r="2"><c r="XFE2"><v>1</v></c></row>'))), ["XFE2"])
run(save("lastcolumn.xlsx", parts(sheet(record(1), '<row r="3"><c r="XFD3"><v>1</v></c></row>'))), [":3:"])
run(save("columns.xlsx", parts(sheet("<row>" + "<c><v>1</v></c>" * 17000 + "</row>"))), ["not where it says"])
run(save("shared.xlsx", parts(sheet(row('<c t="s"><v>7</v></c>')), strings="<si><t>a</t></si>")), ["shared text"])

# ---- other archives ----
run(save("other.xlsx", {"word/document.xml": "<a/>"}), ["no spreadsheet"])
run(save("binary.xlsx", {"_rels/.rels": links(("a", "officeDocument", "xl/workbook.bin")), "xl/workbook.bin": "x"}), [".xlsb"])
run(save("lost.xlsx", {"_rels/.rels": links(("a", "officeDocument", "xl/workbook.xml"))}), ["DAMAGED"])
run(save("nosheet.xlsx", parts(good, names=())), ["no sheet"])
run(save("unclosed.xlsx", parts(sheet(record(1), after=""))), ["XML is damaged"])
run(save("none.xlsx", parts(f"{HEAD}<worksheet {MAIN}><sheetData/></worksheet>")), ["EMPTY_FILE"])
run(save("twosheets.xlsx", parts(sheet(record(1)).replace("发生时间", "何时"), names=("热线", "旧"))), ["LAYER", "热线 (编号", "旧 (编号"])
run(folder / "right.xlsx", ["LAYER", "there is no sheet"], options=["--layer", "x"], name="a sheet that is not there")

# ---- broken archives ----
whole = (folder / "right.xlsx").read_bytes()
for name, data, word in [("half", whole[:len(whole) // 2], "cut short"), ("tail", whole[:-1], "cut short"), ("text", "编号,时间".encode(), "CONTENT"),
                         ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"), ("empty", b"", "EMPTY_FILE"), ("zeros", bytes(999), "CONTENT")]:
    (folder / f"{name}.xlsx").write_bytes(data)
    run(folder / f"{name}.xlsx", [word])
for name, data, word in [("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), ".xlsx or CSV"), ("a.ods", whole, ".xlsx or CSV"), ("a.xlsm", whole, ".xlsx or CSV"), ("a.csv", whole, "ZIP")]:
    (folder / name).write_bytes(data)
    run(folder / name, [word])
SHEET = b"xl/worksheets/sheet1.xml"


def directory(offset, kind, value):
    """Changes a field of the sheet's entry in the directory (its name stands there the second time)."""
    return lambda data, at: struct.pack_into(kind, data, at - 46 + offset, value)


for name, change, word in [("locked", directory(8, "<H", 1), "encrypted"), ("method", directory(10, "<H", 14), "method"),
                           ("check", directory(16, "<I", 1), "check sum"), ("short", directory(24, "<I", 100), "check sum"),
                           ("far", directory(42, "<I", 1 << 30), "contradict"), ("packed", directory(20, "<I", 1 << 30), "contradict"),
                           ("size", directory(24, "<I", 0xfffffff0), "FILE_TOO_LARGE")]:
    path = folder / f"{name}.xlsx"
    path.write_bytes(whole)
    edit(path, SHEET, change, 1)
    run(path, [word])
with zipfile.ZipFile(folder / "names.xlsx", "w") as archive:
    for part, body in parts(good).items():
        archive.writestr(part, body)
    archive.writestr("XL/workbook.XML", "x")
run(folder / "names.xlsx", ["one name"])

# ---- cells that are not what they seem ----
def value(cell, at=0):
    cells = [text("E1"), text("2026-11-20"), "<c><v>108.2</v></c>", "<c><v>36.9</v></c>"]
    cells[at] = cell
    return parts(sheet(row(*cells)))


run(save("fault.xlsx", value('<c t="e"><v>#REF!</v></c>')), ["#REF!", ":2: 编号"])
run(save("digits.xlsx", value("<c><v>4401060013200000123</v></c>")), ["SCIENTIFIC_ID"])
run(save("identity.xlsx", value(text("61062619900101123X"))), ["PERSONAL_DATA"])
run(save("serial.xlsx", value("<c><v>46346.5</v></c>", 1)), ["BAD_TIME"])
run(save("nan.xlsx", value("<c><v>NaN</v></c>", 2)), ["NOT_FINITE"])
run(save("hex.xlsx", value("<c><v>0x10</v></c>", 2)), ["NOT_A_NUMBER"])

# ---- any byte and any length ----
choose = random.Random(7 + int(os.environ.get("CG_SANITIZED", "0")))
codes = set()
for _ in range(int(os.environ.get("CG_PLACES", "24"))):
    data = bytearray(whole)
    for _ in range(choose.choice([1, 1, 5])):
        data[choose.randrange(4, len(data))] ^= 1 << choose.randrange(8)
    if choose.random() < 0.2:
        del data[choose.randrange(4, len(data)):]
    (folder / "any.xlsx").write_bytes(data)
    codes.add(subprocess.run([program, "import", county, "incidents", folder / "any.xlsx", "--dry-run"], capture_output=True).returncode)
n_tests += 1
n_bad += not codes <= {0, 1}
print(f"{'ok' if codes <= {0, 1} else 'not ok'} {n_tests} - bytes changed anywhere ({codes})")
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
if os.environ.get("CG_SANITIZED", "0") == "0":
    n_tests += 1
    n_bad += most > 200
    print(f"{'ok' if most <= 200 else 'not ok'} {n_tests} - never more than 200 MB of memory ({most:.0f})")
print(f"1..{n_tests}")
sys.exit(n_bad > 0)
