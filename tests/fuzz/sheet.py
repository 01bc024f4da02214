#!/usr/bin/python3
"""Writes a small spreadsheet, stored, so that a fuzzer meets its XML. usage: sheet.py FILE"""
import sys
import zipfile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = '<Relationship Id="%s" Type="' + OFFICE + '/%s" Target="%s"/>'
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    archive.writestr("_rels/.rels", "<R>" + LINK % ("a", "officeDocument", "b") + "</R>")
    archive.writestr("_rels/b.rels", "<R>" + LINK % ("s", "worksheet", "s") + LINK % ("t", "sharedStrings", "t") + LINK % ("y", "styles", "y") + "</R>")
    archive.writestr("b", f'<b xmlns:r="{OFFICE}"><sheet name="A" r:id="s"/></b>')
    archive.writestr("t", "<s><si><t>id</t></si></s>")
    archive.writestr("y", '<s><numFmt numFmtId="9" formatCode="[h]:mm"/><cellXfs><xf numFmtId="9"/><xf numFmtId="14"/></cellXfs></s>')
    archive.writestr("s", '<w><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="1"><v>46346.5</v></c>'
                          '<c t="b"><v>1</v></c><c s="0"><v>1.5</v></c><c t="inlineStr"><is><t>_x000D_</t></is></c></row></sheetData></w>')
