#!/usr/bin/python3
"""Runs every step of the Chinese handbooks as it is written, in a folder that has what they name.

usage: handbook.py SOURCE PROGRAM BOOK...     (in an empty folder; prints TAP; BOOK: README, planner, analyst, command, operator)

Indented blocks are run line by line, or whole where they are a file; words in `...` that begin with a command, an address, a metric or
an option are steps as well, tried on a copy so that the next step finds what it expects. Folders of the system lie in this folder, and
system programs (systemctl, install, nginx, ...) have stand-ins that do the same there: `systemctl start` starts what ExecStart of the
installed unit says. A program without a stand-in is an error, as is a file, picture or page that is named and not there.
"""
import atexit
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from osgeo import osr

osr.UseExceptions()
SOURCE, PROGRAM = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
BOOKS = SOURCE / "docs/handbook"
TOP = pathlib.Path.cwd()
COUNTY = "县.sqlite"
VERBS = "split attach heatmap hotspots init sample import plan render serve check backup density report coverage snapshot".split()
told = 0
helps = []
running = []  # processes to end whatever happens


def tell(well, name, detail=""):
    global told
    told += 1
    for line in detail.strip().splitlines()[:12] if not well else []:
        print("# " + line)
    print(f"{'ok' if well else 'not ok'} {told} - {name}", flush=True)


# ---- what a book says -----------------------------------------------------------------------------------------------------------------

def read(book):
    """Yields (sort, text, heading): blocks, and the words in backticks between them, in the order of the book."""
    block, heading = [], ""
    for line in (BOOKS / f"{book}.md").read_text(encoding="utf-8").splitlines() + ["end"]:
        if re.match(" {4}", line):
            block.append(line[4:])
            continue
        if block:
            yield "block", block, heading
            block = []
        if line.startswith("#"):
            heading = line.lstrip("# ")
        for word in re.findall(r"`([^`]+)`", line):
            yield "word", word, heading
        for target in re.findall(r"\]\(([^)]+)\)", line):
            yield "link", target, heading


# ---- the folder of a book -------------------------------------------------------------------------------------------------------------

def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, **more)


def layer(out, sql, database, name):
    made = run(["ogr2ogr", "-f", "GPKG", out, database, "-nln", name, "-a_srs", "EPSG:4545", "-sql", sql])
    assert pathlib.Path(out).exists(), made.stderr


def make_inputs(county):
    """Files of the names that the books have, out of the made-up county."""
    here = str(county)
    layer("区划.gpkg", "select code as 编码, name as 名称, level as 级别, parent as 上级, geom from region", here, "区划")
    layer("单元.gpkg", "select id as 编号, households as 户数, population as 人口, region as 社区, compound as 小区, geom from unit", here, "单元")
    layer("道路水系.gpkg", "select class as 类别, name as 名称, geom from barrier", here, "线")
    layer("水系.gpkg", "select class as 类别, name as 名称, geom from barrier where class = 'water'", here, "水系")
    layer("小区.gpkg", "select code as 编码, name as 名称, kind as 类型, geom from compound", here, "小区")
    layer("楼栋.gpkg", "select id as 编号, levels as 层数, households as 户数, villager_group as 村民小组, geom from building", here, "楼栋")
    layer("小组.gpkg", "select max(villager_group) as 村民小组, st_convexhull(st_collect(geom)) as geom from unit where villager_group is not null "
                       "group by region, villager_group order by region, villager_group limit 1", here, "小组")
    make_incidents(here)


def system(code):
    made = osr.SpatialReference()
    made.ImportFromEPSG(code)
    made.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return made


def make_incidents(county):
    turn = osr.CoordinateTransformation(*[system(4545), system(4326)])
    with sqlite3.connect(county) as store:
        rows = store.execute("select source_id, type, datetime(occurred_s + 28800, 'unixepoch'), source_x, source_y from incident "
                             "order by occurred_s desc limit 3000").fetchall()
    lines = ["编号,类型,发生时间,经度,纬度"]
    for number, kind, when, x, y in rows:
        lon, lat = turn.TransformPoint(x, y)[:2]
        lines.append(f"{number},{kind},{when},{lon:.7f},{lat:.7f}")
    pathlib.Path("事件.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pathlib.Path("12345.csv").write_text("\n".join(lines[:200]) + "\n", encoding="utf-8")
    run(["ogr2ogr", "-f", "XLSX", "12345.xlsx", "12345.csv"])


def make_hotline(folder):
    folder.mkdir(parents=True)
    (folder / "一.csv").write_text("工单编号,类型,发生时间,经度,纬度\nG1,噪音,2026-11-20 08:00:00,108.2,36.9\n", encoding="utf-8")


def make_scenes(out):
    """The scene file that docs/screens.md gives as its example."""
    text = (SOURCE / "docs/screens.md").read_text(encoding="utf-8")
    example = re.search(r"\n\n((?: {4}[{} \"].*\n|\n)+? {4}\}\n)", text).group(1)
    out.write_text(re.sub("(?m)^    ", "", example), encoding="utf-8")
    json.loads(out.read_text(encoding="utf-8"))


STANDS = {
    "install": 'args=(); while [ $# -gt 0 ]; do case $1 in -o|-g) shift ;; *) args+=("$1") ;; esac; shift; done\n'
               'last=${args[-1]}; case $last in */) mkdir -p "$last" ;; *) mkdir -p "$(dirname "$last")" ;; esac\nexec /usr/bin/install "${args[@]}"',
    "adduser": 'case "$*" in "--system --group --home var/lib/countygrid countygrid" | "www-data countygrid") mkdir -p var/lib/countygrid ;; *) exit 1 ;; esac',
    "nginx": '[ "$*" = -t ] && grep -q "proxy_pass" etc/nginx/conf.d/countygrid.conf',
    "meson": 'case "$*" in "configure build -Dprefix=/usr" | "install -C build") grep -q "^project(" meson.build ;; *) exit 1 ;; esac',
    "ninja": '[ "$*" = "-C build" ]',
    "git": '[ "$*" = pull ]',
    "journalctl": '[ -f "etc/systemd/system/${2%%@*}@.service" ]',
    "systemctl": 'exec /usr/bin/python3 "$HANDBOOK_SYSTEMCTL" "$@"',
    "chromium": 'url=${*: -1}; curl -sf -o page.html "${HANDBOOK_URL}${url#http://127.0.0.1:8420/}" && grep -q "/assets/screen.js" page.html',
}
REAL = {"countygrid", "curl", "rm"}

SYSTEMCTL = r'''
import os, pathlib, re, signal, subprocess, sys, time
args = [a for a in sys.argv[1:] if a != "--now"]
what, name = args[0], args[1] if len(args) > 1 else ""
if what == "daemon-reload":
    sys.exit(0)
if name == "nginx":
    sys.exit(0 if pathlib.Path("etc/nginx/conf.d/countygrid.conf").exists() else 1)
unit, place = re.fullmatch(r"(countygrid)@(\w+)", name).groups()
text = pathlib.Path(f"etc/systemd/system/{unit}@.service").read_text()
more = pathlib.Path(f"etc/systemd/system/{name}.service.d/override.conf")
text += more.read_text() if more.exists() else ""
begin = re.findall(r"(?m)^ExecStart=(.*)$", text)
pid = pathlib.Path("service.pid")
def stop():
    if not pid.exists():
        return
    number = int(pid.read_text())
    os.kill(number, signal.SIGTERM)
    for _ in range(300):
        if not os.path.exists(f"/proc/{number}") or "State:\tZ" in pathlib.Path(f"/proc/{number}/status").read_text():
            break
        time.sleep(0.05)
    pid.unlink()
def start():
    line = begin[-1].replace("%i", place)
    for prefix in ("/usr/bin/countygrid", "/var/", "/run/"):
        line = line.replace(prefix, "countygrid" if prefix.startswith("/usr") else prefix[1:])
    os.makedirs(f"run/countygrid-{place}", exist_ok=True)
    with open("service.log", "wb") as log:
        child = subprocess.Popen(line.split(), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    pid.write_text(str(child.pid))
    for _ in range(600):
        if b"serving" in pathlib.Path("service.log").read_bytes():
            return
        if child.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(pathlib.Path("service.log").read_text())
if what == "reload":
    os.kill(int(pid.read_text()), signal.SIGHUP)
elif what in ("start", "restart", "enable", "stop"):
    stop()
    if what != "stop":
        start()
else:
    sys.exit(f"systemctl {what}?")
'''


def make_stands(folder):
    folder.mkdir(parents=True)
    for name, script in STANDS.items():
        (folder / name).write_text("#!/bin/bash\n" + script + "\n")
        (folder / name).chmod(0o755)
    (folder / "countygrid").symlink_to(PROGRAM)
    (folder / "systemctl.py").write_text(SYSTEMCTL)


def here(text):
    """Folders of the system are folders of this one."""
    return re.sub(r"(?<![\w.:/}-])/(etc|var|srv|run)/", r"\1/", text)


# ---- a server of the county -----------------------------------------------------------------------------------------------------------

class Server:
    def __init__(self, command, folder, env):
        self.log = open(folder / "serve.log", "w+b")
        self.child = subprocess.Popen(["bash", "-c", "exec " + command], cwd=folder, env=env, stdout=self.log, stderr=self.log)
        running.append(self.child.pid)
        self.url = ""
        for _ in range(600):
            hit = re.search(r"serving (http\S+/)", (folder / "serve.log").read_text(errors="replace"))
            if hit or self.child.poll() is not None:
                self.url = hit.group(1) if hit else ""
                break
            time.sleep(0.05)

    def said(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + urllib.parse.quote(path.lstrip("/"), safe="/?&=,%:+*{}"), timeout=60) as reply:
                streams = reply.headers.get_content_type() == "text/event-stream"
                return reply.status, reply.read1(1000) if streams else reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError as error:
            return 0, str(error).encode()

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        code = self.child.wait(30)
        running.remove(self.child.pid)
        return code


# ---- steps ----------------------------------------------------------------------------------------------------------------------------

class Book:
    def __init__(self, name, county):
        self.name = name
        self.folder = TOP / name
        self.folder.mkdir()
        os.chdir(self.folder)
        make_stands(self.folder / "bin")
        self.env = dict(os.environ, PATH=f"{self.folder}/bin:{os.environ['PATH']}", HANDBOOK_SYSTEMCTL=f"{self.folder}/bin/systemctl.py")
        self.server = None
        if county is None:
            return
        if name == "planner":
            make_inputs(county)
        else:
            for file in ([COUNTY] if name != "operator" else [COUNTY, "fangxian.sqlite"]):
                shutil.copy(county, file)
            make_incidents(COUNTY)
        if name == "operator":
            for source in ("packaging", "meson.build"):
                os.symlink(SOURCE / source, source)
            make_scenes(self.folder / "scenes.json")
            make_hotline(self.folder / "srv/hotline")
            (self.folder / "srv/backup").mkdir()
            (self.folder / "var/lib/countygrid").mkdir(parents=True)

    def serving(self):
        if self.server is None:
            shutil.copy(COUNTY, "served.sqlite")
            watch = " --watch srv/hotline --map id=工单编号" if self.name == "operator" else ""
            self.server = Server("countygrid serve served.sqlite --listen 127.0.0.1:0 --intake" + watch, self.folder, self.env)
            self.env["HANDBOOK_URL"] = self.server.url
        return self.server

    def page(self, url):
        status, body = self.serving().get(re.sub(r"^http://服务器/", "", url))
        tell(status == 200 and len(body) > 10, f"{self.name}: {url}", f"{status} {body[:200]}")

    def shell(self, line, heading):
        if "网格或社区编码" in line:
            with sqlite3.connect(COUNTY) as store:
                line = line.replace("网格或社区编码", store.execute("select min(code) from region where level = 'community'").fetchone()[0])
        programs = {part.split()[0] for part in re.split(r"&&|\|\||;|\|", line.split("#")[0]) if part.strip()} - {"./run"}
        unknown = programs - REAL - STANDS.keys()
        if unknown:
            return tell(False, f"{self.name}: {line}", f"no stand-in for {unknown}")
        if "./run" in line:
            line = line.replace("./run --build", f"grep -q -e '--build) mode=build' '{SOURCE}/run'")
        if "chromium" in line:
            self.serving()
        done = run(["bash", "-euo", "pipefail", "-c", here(line)], env=self.env, cwd=self.folder)
        tell(done.returncode == 0, f"{self.name}: {heading}: {line.strip()}", done.stderr + done.stdout)

    def serve(self, line, heading):
        command = here(line) + ("" if "--listen" in line else " --listen 127.0.0.1:0")
        server = Server(command, self.folder, self.env)
        status = server.get("healthz")[0] if server.url else 0
        code = server.stop()
        tell(status == 200 and code == 0, f"{self.name}: {heading}: {line.strip()}", f"{status} {code} {server.said()}")

    def block(self, lines, heading):
        if lines[0].startswith("["):
            unit = self.folder / "etc/systemd/system/countygrid@fangxian.service.d/override.conf"
            unit.parent.mkdir(parents=True, exist_ok=True)
            unit.write_text("\n".join(lines) + "\n")
            shutil.copy("scenes.json", "var/lib/countygrid/scenes.json")
            return self.shell("systemctl restart countygrid@fangxian && curl -s --unix-socket /run/countygrid-fangxian/http.sock http://localhost/healthz", heading)
        for line in lines:
            if line.startswith("http://"):
                self.word(line, heading)
            elif re.match("countygrid serve ", line):
                self.serve(line, heading)
            else:
                self.shell(line, heading)

    def on_copy(self, line, heading):
        """The step, and all as it was before it."""
        kept = self.folder / "kept.sqlite"
        shutil.copy(COUNTY, kept)
        if "countygrid serve " in line:
            self.serve(line, heading)
        else:
            self.shell(line, heading)
        os.replace(kept, COUNTY)

    def word(self, word, heading):
        first = word.split()[0]
        if "名称" in word or "命令" in word:
            return
        if word.startswith("http://服务器"):
            self.page(word)
        elif re.match(r"/(?:api|healthz|metrics|wmts|help|screen|analyse)", word):
            self.page(word)
        elif word.startswith("countygrid_"):
            tell(word.encode() in self.serving().get("metrics")[1], f"{self.name}: metric {word}")
        elif word.startswith("curl --unix-socket"):
            self.shell(word, heading)
        elif (first == "countygrid" and len(word.split()) > 2) or (first in VERBS and len(word.split()) > 1):
            self.on_copy(word if first == "countygrid" else "countygrid " + word, heading)
        elif word.startswith("--") and heading.startswith("二、"):
            # Proofs of a whole county take half a minute.
            self.on_copy(f"countygrid plan {COUNTY} split {word}" + (" --deadline 2" if word == "--certify" else ""), heading)
        elif word.startswith("--"):
            self.option(first, heading)

    def option(self, option, heading):
        if not helps:
            helps.extend(run([str(PROGRAM), verb, "--help"]).stdout for verb in VERBS)
            helps.extend(run([str(PROGRAM), "plan", COUNTY, verb, "--help"]).stdout for verb in ("split", "export", "compare"))
        name = option.split("=")[0]
        tell(any(re.search(re.escape(name) + r"\b", text) for text in helps), f"{self.name}: {heading}: {name} is an option")

    def run_all(self):
        done = set()
        for sort, what, heading in read(self.name):
            if sort == "block":
                self.block(what, heading)
            elif sort == "word" and what not in done:
                done.add(what)
                self.word(what, heading)
            elif sort == "link" and not what.startswith("http"):
                tell((BOOKS / what.split("#")[0]).exists(), f"{self.name}: {what} is there")
        if self.name == "command":
            text = (BOOKS / "command.md").read_text(encoding="utf-8")
            for scene in re.findall(r"(?m)^\| `(\w+)` \|", text):
                self.page(f"/screen/{scene}")
        if (self.folder / "service.pid").exists():
            self.shell("systemctl stop countygrid@fangxian", "end")
        if self.server is not None:
            tell(self.server.stop() == 0, f"{self.name}: the server ends well", self.server.said())
        os.chdir(TOP)


def pictures():
    """Every picture of the books is one that the tests make, and none is left over."""
    script = (SOURCE / "tests/web/handbook.mjs").read_text(encoding="utf-8")
    made = set(re.findall(r'(?:shoot\(url, |keep\()"([\w-]+)"', script))
    there = {path.stem for path in (SOURCE / "docs/images/handbook").glob("*.png")}
    named = set(re.findall(r"images/handbook/([\w-]+)\.png", "".join(path.read_text(encoding="utf-8") for path in BOOKS.glob("*.md"))))
    tell(made == there == named, "pictures: those that are made, there and named are the same", f"{made ^ there} {named ^ there}")


def end_all():
    for pid in running + [int(path.read_text()) for path in TOP.glob("*/service.pid")]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


atexit.register(end_all)
county = None
for book in sys.argv[3:]:
    Book(book, county).run_all()
    if book == "README":
        county = TOP / "README" / COUNTY
pictures()
print(f"1..{told}")
