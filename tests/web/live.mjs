// The wall follows live incidents and takes alarms: node live.mjs PROGRAM [SHOTS]
// A county of its own is made, served with --intake, and shown in a browser whose page is told to ask on its own only once an hour:
// what it shows comes from the stream. Exit 0 all well, 1 something is wrong, 77 no browser here.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks, findBadText, launch, realErrors, serve as start, settled, watch } from "./common.mjs";

const [program, shots = "shots"] = process.argv.slice(2);
const browser = await launch();
mkdirSync(shots, { recursive: true });
process.env.COUNTYGRID_NOW = "1795219200"; // 2026-11-21 08:00 in Beijing
const folder = mkdtempSync(join(tmpdir(), "countygrid-"));
const county = join(folder, "c.sqlite");
execFileSync(program, ["sample", county, "--preset", "wuqi", "--seed", "1", "--days", "40"]);
execFileSync(program, ["plan", county, "split", "--publish"]);

const sceneFile = join(folder, "scenes.json");
writeFileSync(sceneFile, JSON.stringify({
    alarm: { types: ["安全隐患/消防"], answers: [{ type: "安全隐患/消防", who: "消防救援大队" }] },
}));
const serve = (address) => start(program, ["serve", county, "--listen", address, "--intake", "--scenes", sceneFile]);
const checks = new Checks();
const check = checks.check.bind(checks);
let version = 0; // of the data after the last delivery

async function deliver(url, id, type, more = {}) {
    const reply = await fetch(`${url}api/incidents`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ id, source: "test", type, occurred: "2026-11-21T07:59:00", ...more }),
    });
    version = (await reply.json()).data_version;
    return reply.status;
}

/** Follows, picture by picture of the screen, of which data the panels are: every change, and how many panels disagreed. */
async function follow(page) {
    await page.evaluate(() => {
        window.followed = [];
        const look = () => {
            const panels = [...document.querySelectorAll(".scene:not(.behind) > [data-version]")];
            const now = [...new Set(panels.map((panel) => panel.dataset.version))].join("+");
            if (window.followed.at(-1) !== now) window.followed.push(now);
            requestAnimationFrame(look);
        };
        look();
    });
}

/** Waits until all panels show these data or later ones; gives what they showed on the way. */
async function shown(page, wanted) {
    await page.waitForFunction((least) => !window.followed.at(-1).includes("+") && Number(window.followed.at(-1)) >= least, wanted, { timeout: 60000 });
    return page.evaluate(() => window.followed.splice(0, window.followed.length - 1));
}

/** One incident: all panels at once, with nothing between before and after. Many of them: fewer frames than incidents. */
async function checkFrames(page, url) {
    const today = () => page.evaluate(() => Number(document.querySelectorAll(".figure .value")[3].firstChild.textContent.replaceAll(",", "")));
    const before = await today();
    await follow(page);
    check("frames: delivery", (await deliver(url, "V1", "测试/一帧", { occurred: "2026-11-21T08:00:59+08:00" })) === 200);
    const one = await shown(page, version);
    check("frames: one version before, one after", one.length === 1 && !one[0].includes("+"), one.join(" "));
    check("frames: counted at once, though ahead of the clock", (await today()) === before + 1, `${before} ${await today()}`);
    check("frames: new rows are marked", (await page.textContent(".latest-list .newest.fresh")).includes("一帧"));
    for (let k = 0; k < 20; k += 1) await deliver(url, `V2-${k}`, "测试/多帧");
    const many = await shown(page, version);
    check("frames: never two versions on the wall", many.every((text) => !text.includes("+")), many.join(" "));
    check("frames: fewer than deliveries", many.length < 20, String(many.length));
    check("frames: the figure of all", (await today()) === before + 21, String(await today()));
    await page.waitForTimeout(9000);
    const rows = await page.$$eval(".latest-list .row", (list) => list.map((row) => row.textContent));
    check("ticker: a page on, the newest is still on top", rows[0].includes("一帧") && !rows.slice(1).some((text) => text.includes("一帧")), rows.join(" | "));
    check("ticker: says where in the list it is", /\d+–\d+ \/ 40/.test(await page.textContent(".panel.ticker h2")));
}

/** An alarm slides over the scene, survives a reload, is acknowledged by a key and stays so. */
async function checkAlarm(server) {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const seen = watch(page, server.url);
    await page.goto(`${server.url}screen/heat?kiosk=1`);
    await settled(page);
    const items = await (await fetch(`${server.url}api/collections/incidents/items?limit=50`)).json();
    const inside = items.features.find((feature) => feature.geometry !== null && feature.properties.grid_code !== null);
    const [lon, lat] = inside.geometry.coordinates;
    const middle = { lon, lat };
    check("alarm: none yet", (await page.$(".alarm")) === null);
    check("alarm: other type", (await deliver(server.url, "F0", "安全隐患/消防栓", middle)) === 200);
    check("alarm: delivery", (await deliver(server.url, "F1", "安全隐患/消防", middle)) === 200);
    await page.waitForSelector(".alarm.in .map img", { timeout: 60000 });
    await page.waitForSelector(".alarm .overlay .pulse");
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(shots, "alarm.png") });
    const card = await page.textContent(".card");
    check("alarm: the card", ["消防", "消防救援大队", "11-21 07:59"].every((text) => card.includes(text)), card);
    check("alarm: where", /网格/.test(card) && !/网格外|\d{15}/.test(card), card);
    const bad = await page.evaluate(findBadText);
    check("alarm: text", bad.filter((text) => text.includes("告警")).length === 0, JSON.stringify(bad.slice(0, 4)));
    const inside1 = await page.evaluate(() => {
        const box = document.querySelector(".alarm .overlay .pulse").getBoundingClientRect();
        const spot = document.querySelector(".alarm .overlay .spot").getBoundingClientRect();
        const [x, y] = [spot.left + spot.width / 2, spot.top + spot.height / 2];
        return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
    check("alarm: the place itself is marked, in its grid", inside1);
    check("alarm: how long ago", /\d+ (秒|分钟)前/.test(card), card);
    await page.reload();
    await page.waitForSelector(".alarm.in .map img", { timeout: 60000 });
    // A wall that opens afterwards has it too.
    const later = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    await later.goto(`${server.url}screen/county?kiosk=1`);
    await later.waitForSelector(".alarm.in .map img", { timeout: 60000 });
    check("alarm: a wall that opens later has it", (await later.textContent(".card")).includes("消防"));
    await later.context().close();
    // Another wall, of another browser: it has the same alarm, and loses it when this one is acknowledged here.
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    const other = await context.newPage();
    await other.goto(`${server.url}screen/county?screen=二号屏`);
    await settled(other);
    await other.waitForFunction(() => performance.getEntriesByType("resource").some((entry) => entry.name.includes("/api/alarms")));
    check("alarm: delivery of another", (await deliver(server.url, "F2", "安全隐患/消防", middle)) === 200);
    await other.waitForSelector(".alarm.in .map img", { timeout: 60000 });
    await page.keyboard.press("x");
    // Both walls had both; one is left at each.
    for (const wall of [page, other])
        await wall.waitForFunction(() => document.querySelector("#alarms").textContent.includes("未确认告警 1"), null, { timeout: 60000 });
    await other.keyboard.press("x");
    await other.waitForFunction(() => document.querySelector(".alarm") === null);
    await page.waitForFunction(() => document.querySelector(".alarm") === null, null, { timeout: 60000 });
    check("alarm: by which screen", (await page.textContent("#alarms")).includes("二号屏"), await page.textContent("#alarms"));
    const { acknowledged } = await (await fetch(`${server.url}api/alarms`)).json();
    check("alarm: the server has both", acknowledged.map((one) => `${one.alarm} ${one.screen}`).join() === "test/F1 heat,test/F2 二号屏", JSON.stringify(acknowledged));
    check("alarm: delivery of a third", (await deliver(server.url, "F3", "安全隐患/消防", middle)) === 200);
    await other.waitForSelector(".alarm.in .map img", { timeout: 60000 });
    check("alarm: withdrawn", (await deliver(server.url, "F3", undefined, { revision: 1, withdrawn: true })) === 200);
    await other.waitForFunction(() => document.querySelector(".alarm") === null, null, { timeout: 60000 });
    check("alarm: none is open then", !(await other.textContent("#alarms")).includes("未确认"), await other.textContent("#alarms"));
    await context.close();
    await page.waitForFunction(() => document.querySelector(".alarm") === null);
    check("alarm: acknowledged is said", /已确认 \d\d:\d\d/.test(await page.textContent("#alarms")), await page.textContent("#alarms"));
    await page.reload();
    await settled(page);
    await page.waitForTimeout(1500);
    check("alarm: stays acknowledged", (await page.$(".alarm")) === null && (await page.textContent("#alarms")).includes("已确认"));
    check("alarm: no console errors", realErrors(seen).length === 0, realErrors(seen).join("; "));
    await page.close();
}

let server = await serve("127.0.0.1:0");
try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    let asked = 0;
    await page.route("**/api/overview", async (route) => {
        asked += 1;
        const reply = await route.fetch().catch(() => undefined);
        if (reply === undefined) return route.abort();
        const overview = await reply.json();
        await route.fulfill({ json: { ...overview, refresh_s: 3600 } });
    });
    await page.goto(`${server.url}screen/county`);
    await page.waitForSelector(".latest-list > *");
    await page.waitForTimeout(1500);
    const before = asked;
    check("delivery", (await deliver(server.url, "W1", "测试/第一件")) === 200);
    await page.waitForFunction(() => document.querySelector(".latest-list").textContent.includes("第一件"), null, { timeout: 60000 });
    check("the wall shows it without its own rhythm", asked > before);
    const idle = asked;
    await page.waitForTimeout(3000);
    check("and then is quiet", asked === idle, `${idle} ${asked}`);
    await checkFrames(page, server.url);
    await checkAlarm(server);
    const { host } = new URL(server.url);
    await server.stop();
    server = await serve(host);
    check("delivery after a restart", (await deliver(server.url, "W2", "测试/第二件")) === 200);
    await page.waitForFunction(() => document.querySelector(".latest-list").textContent.includes("第二件"), null, { timeout: 60000 });
    check("the stream was taken up again", true);
    const bad = errors.filter((text) => !/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)/.test(text));
    check("no errors but the lost line", bad.length === 0, bad.join("; "));
    await page.screenshot({ path: join(shots, "live.png") });
} catch (error) {
    check("ran to the end", false, String(error));
} finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
}
checks.end("live");
