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

async function deliver(url, id, type, place = {}) {
    const reply = await fetch(`${url}api/incidents`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ id, source: "test", type, occurred: "2026-11-21T07:59:00", ...place }),
    });
    return reply.status;
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
    await page.reload();
    await page.waitForSelector(".alarm.in .map img", { timeout: 60000 });
    await page.keyboard.press("x");
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
