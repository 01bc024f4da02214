// Real accidents as a live feed: node replay.mjs PROGRAM DATA [SHOTS [nantou|chiayi|both [SPEED]]]
// DATA is the folder of real data. A county is made of real base areas, villages and towns, split, filled with its accidents before
// 2025-12 (or two days before), and served with a clock that runs SPEED (1000) times as fast from there on; the accidents until the
// 3rd come in at their time. Every scene is opened at 1920x1080 and 7680x2160 while they do, and once more after the server was started anew with
// its clock held at the end; a playlist stays open through it all and takes the alarms of fatal accidents. What the
// screens wrote is recounted by tests/oracle/replay.py. About ten minutes. Exit 0 all well, 1 something is wrong, 77 no browser or
// no data here.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Checks, findBadText, launch, realErrors, serve as start, settled, watch } from "./common.mjs";

const [program, data, shots = "shots", which = "both", speedText = "1000"] = process.argv.slice(2);
const SPEED = Number(speedText);
const FROM = { nantou: "2025-11-29", chiayi: "2025-12-01" }; // the one on which somebody died comes with it
const MIDDLE = "2025-12-01T16:00:00+08:00";
const UNTIL = "2025-12-03";
const FILES = { nantou: "nantou_10008", chiayi: "chiayi_city_10020" };
const SIZES = [[1920, 1080], [7680, 2160]];
const SCENES = ["county", "town", "heat", "warnings", "cameras", "hotline"];
const ORACLE = join(dirname(fileURLToPath(import.meta.url)), "..", "oracle", "replay.py");
const PYTHON = process.env.PYTHON ?? "/usr/bin/python3";

if (!existsSync(join(data ?? "", "taiwan"))) {
    console.log(`skipped: no real data at ${data}`);
    process.exit(77);
}
const browser = await launch();
const checks = new Checks();
const check = checks.check.bind(checks);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
mkdirSync(shots, { recursive: true });

function run(command, ...args) {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The county file, what is to come, and the grids for the recount. */
function prepare(name, folder) {
    console.log(`${name}: ${run(PYTHON, ORACLE, "prepare", data, name, FROM[name], UNTIL, folder).trim()}`);
    const county = join(folder, "county.sqlite");
    const areas = join(data, "taiwan", `${FILES[name]}_base_areas.gpkg`);
    process.env.COUNTYGRID_NOW = String(Date.parse(`${FROM[name]}T00:00:00+08:00`) / 1000);
    run(program, "init", county);
    run(program, "import", county, "regions", join(folder, "regions.gpkg"));
    run(program, "import", county, "units", areas, "--layer", "base_areas", "--map", "id=codebase", "--map", "region=");
    run(program, "plan", county, "split", "--publish");
    run(program, "import", county, "incidents", join(folder, "history.csv"));
    run(program, "import", county, "cameras", join(data, "taiwan", "speed_cameras.geojson"));
    run(program, "plan", county, "export", "-o", join(folder, "grids.gpkg"));
    writeFileSync(join(folder, "scenes.json"), JSON.stringify({
        playlist: { scenes: ["county", "heat", "warnings"], dwell_s: 15 },
        alarm: { types: ["死亡事故"], answers: [{ type: "死亡事故", who: "交警大队" }] },
    }));
    return { county, ...JSON.parse(readFileSync(join(folder, "live.json"), "utf8")) };
}

/** Delivers each accident when the server's clock has come to it. */
class Feed {
    sent = 0;
    acked = 0;
    failed = 0;

    constructor(url, rows, beginMs, from) {
        this.url = url;
        this.rows = rows;
        this.dueMs = (row) => beginMs + ((row.time - from) * 1000) / SPEED;
        this.done = this.run();
    }

    async run() {
        while (this.sent < this.rows.length) {
            await sleep(Math.max(0, Math.ceil(this.dueMs(this.rows[this.sent]) - Date.now()) + 1));
            const first = this.sent;
            while (this.sent < this.rows.length && this.dueMs(this.rows[this.sent]) <= Date.now()) this.sent += 1;
            const body = this.rows.slice(first, this.sent).map(({ id, source, type, time, lon, lat }) =>
                ({ id, source, type, occurred: new Date(time * 1000).toISOString(), lon, lat }));
            const reply = await fetch(`${this.url}api/incidents`, {
                method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
            });
            if (!reply.ok) this.failed += 1;
            // A second later it must be on every screen.
            else setTimeout((count) => { this.acked = count; }, 1000, this.sent);
        }
    }
}

/** When the server's clock showed `from`: its minutes are watched until one ends. */
async function clockBegin(url, from) {
    const ask = async () => Date.parse((await (await fetch(`${url}api/overview`)).json()).now) / 1000;
    const first = await ask();
    let next = first;
    while (next === first) next = await ask();
    return Date.now() - ((next - from) * 1000) / SPEED;
}

/** What a recount needs of GET /api/overview. */
function digest(overview) {
    const { numbers } = overview;
    return {
        now: overview.now, today: overview.today, today_until: numbers.today.until, count: numbers.today.count,
        yesterday: numbers.today.yesterday.base, days30: numbers.incidents_30_days, grids: numbers.grids,
        households: numbers.households, population: numbers.population, latest: overview.latest[0]?.time ?? null,
        cameras: numbers.cameras.count,
        below: overview.place.children.map(({ code, name, count }) => ({ code, name, count })),
    };
}

/** The four large figures, as they stand on the page. */
function figuresOnPage(page) {
    return page.$$eval(".scene:not(.behind) .figures-body .value", (values) => values.map((value) => value.textContent));
}

/** Keeps the last reply that a page got, with what the feed had delivered before it was asked for and after it came. */
function follow(page, feed) {
    const kept = { last: undefined, asked: new Map() };
    page.on("request", (request) => request.url().includes("/api/overview") && kept.asked.set(request, feed.acked));
    page.on("response", async (response) => {
        const request = response.request();
        if (!kept.asked.has(request) || response.status() !== 200) return;
        const acked = kept.asked.get(request);
        const overview = await response.json().catch(() => undefined);
        if (overview !== undefined) kept.last = { overview, acked, sent: feed.sent };
    });
    return kept;
}

async function openScene(origin, feed, scene, [width, height], when, seenAll) {
    const label = `${when}-${scene}-${width}x${height}`;
    const page = await browser.newPage({ viewport: { width, height } });
    const seen = watch(page, origin);
    const kept = follow(page, feed);
    await page.goto(`${origin}screen/${scene}`);
    await settled(page);
    if ((await page.$(".alarm")) !== null) await page.keyboard.press("x");
    await page.waitForFunction(() => document.querySelector(".alarm") === null);
    // The figures and the reply behind them. A page draws for a while before it shows both together: read again until neither changes.
    let state, written, before;
    do {
        state = kept.last;
        before = String(written);
        await sleep(1000);
        written = await figuresOnPage(page);
    } while (state !== kept.last || String(written) !== before);
    await page.screenshot({ path: join(shots, `${label}.png`) });
    const bad = await page.evaluate(findBadText);
    check(`${label}: text`, bad.length === 0, JSON.stringify(bad.slice(0, 6)));
    check(`${label}: no console errors`, seen.errors.length === 0, seen.errors.join("; "));
    check(`${label}: own host only`, seen.foreign.length === 0, seen.foreign.join(" "));
    const { overview, acked, sent } = state;
    const place = overview.place.level === "county" ? "" : overview.place.code;
    seenAll.push({ name: label, place, acked, sent, overview: digest(overview), written });
    await page.close();
}

/** A playlist that stays open; its first alarm is kept as a picture, each is acknowledged. */
async function openWall(origin, name) {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const seen = watch(page, origin);
    let alarms = 0, open = true;
    await page.goto(`${origin}screen/play`);
    await settled(page);
    const acknowledge = async () => {
        while (open) {
            await sleep(400);
            if (page.isClosed() || (await page.$(".alarm.in .map img")) === null) continue;
            await sleep(1200);
            if ((alarms += 1) === 1) await page.screenshot({ path: join(shots, `${name}-alarm.png`) });
            await page.keyboard.press("x");
        }
    };
    const acknowledging = acknowledge();
    return { page, seen, alarms: () => alarms, close: async () => ((open = false), await acknowledging, await page.close()) };
}

async function replay(name) {
    const folder = mkdtempSync(join(tmpdir(), "countygrid-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    let server, wall;
    try {
        const { county, live, from, until } = prepare(name, folder);
        const serve = (address, now) => {
            process.env.COUNTYGRID_NOW = now;
            return start(program, ["serve", county, "--listen", address, "--intake", "--scenes", join(folder, "scenes.json")]);
        };
        server = await serve("127.0.0.1:0", `${from}x${SPEED}`);
        const origin = server.url;
        const feed = new Feed(origin, live, await clockBegin(origin, from), from);
        const seenAll = [];
        wall = await openWall(origin, name);
        await sleep(Math.max(0, (Date.parse(MIDDLE) - from * 1000) / SPEED));
        for (const scene of SCENES) for (const size of SIZES) await openScene(origin, feed, scene, size, `${name}-middle`, seenAll);
        await feed.done;
        await sleep(1500);
        check(`${name}: every delivery was taken`, feed.failed === 0 && feed.acked === live.length, `${feed.acked} of ${live.length}`);
        const deaths = live.filter((row) => row.type.startsWith("死亡事故")).length;
        await sleep(5000);
        check(`${name}: an alarm for each death`, wall.alarms() === deaths, `${wall.alarms()} of ${deaths}`);
        await server.stop();
        server = await serve(new URL(origin).host, String(until - 600));
        for (const scene of SCENES) for (const size of SIZES) await openScene(origin, feed, scene, size, `${name}-end`, seenAll);
        await wall.page.waitForFunction(() => !document.body.classList.contains("late"), undefined, { timeout: 30000 });
        check(`${name}: the wall that stayed open`, realErrors(wall.seen).filter((text) => !text.includes("503")).length === 0,
            realErrors(wall.seen).join("; "));
        writeFileSync(join(folder, "seen.json"), JSON.stringify(seenAll));
        const said = run(PYTHON, ORACLE, "recount", join(folder, "seen.json"), folder, join(folder, "grids.gpkg"));
        console.log(`${name}: ${deaths} alarms, ${live.length} accidents at ${SPEED}x; ${said.trim()}`);
        check(`${name}: recounted`, / 0 differ/.test(said), said);
    } catch (error) {
        check(`${name}: ran to the end`, false, String(error.stdout ?? "") + String(error.stack ?? error));
    } finally {
        await wall?.close();
        await server?.stop();
        rmSync(folder, { recursive: true, force: true });
    }
}

for (const name of which === "both" ? Object.keys(FILES) : [which]) await replay(name);
await browser.close();
checks.end("replay");
