// The county wall in a real browser: node wall.mjs SERVER [SHOTS [COUNTY]]
// SERVER is called as `SERVER 127.0.0.1:PORT`, or with a COUNTY file as `SERVER serve COUNTY --listen 127.0.0.1:PORT`,
// and prints its address when ready. Pictures of the page go to SHOTS.
// Exit 0 all well, 1 something is wrong, 77 no browser here.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Checks, findBadText, launch, realErrors, serve as start, settled, watch } from "./common.mjs";

const SIZES = [[3840, 2160], [1920, 1080], [1440, 900], [1366, 768], [7680, 2160], [1080, 1920]];

const [program, shots = "shots", county] = process.argv.slice(2);
if (program === undefined) {
    console.log("name the server program");
    process.exit(1);
}
const checks = new Checks();
const check = checks.check.bind(checks);
const serve = (address) => start(program, county === undefined ? [address] : ["serve", county, "--listen", address]);

async function checkSize(browser, origin, width, height, ratio) {
    const name = `${width}x${height}${ratio === 1 ? "" : `@${ratio}`}`;
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: ratio });
    const seen = watch(page, origin);
    await page.goto(`${origin}screen/county`);
    await settled(page);
    await page.screenshot({ path: join(shots, `county-${name}.png`) });
    const bad = await page.evaluate(findBadText);
    check(`${name}: text`, bad.length === 0, JSON.stringify(bad.slice(0, 8)));
    check(`${name}: no console errors`, seen.errors.length === 0, seen.errors.join("; "));
    check(`${name}: own host only`, seen.foreign.length === 0 && seen.requests > 5, seen.foreign.join(" "));
    const scroll = await page.evaluate(() =>
        document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);
    check(`${name}: nothing to scroll`, !scroll);
    check(`${name}: in use`, (await page.textContent("#word")) === "正常");
    await page.close();
}

async function checkStart(browser, origin) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const seen = watch(page, origin);
    await page.goto(origin);
    await page.waitForSelector("#measures li");
    const links = await page.$$eval("a", (all) => all.map((a) => a.href));
    for (const link of links) check(`start page: ${link}`, (await page.request.get(link)).ok());
    check("start page: links", links.length > 8);
    check("start page: no console errors", seen.errors.length === 0, seen.errors.join("; "));
    await page.screenshot({ path: join(shots, "start.png") });
    await page.close();
}

/** The server goes away and comes back at the same address: the page keeps its picture, says so, and recovers. */
async function checkOutage(browser, first) {
    const origin = first.url;
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const seen = watch(page, origin);
    await page.goto(`${origin}screen/county`);
    await settled(page);
    const code = await first.stop();
    check("server ends by its signal with 0", code === 0, String(code));
    await page.waitForFunction(() => document.body.classList.contains("late"), undefined, { timeout: 60000 });
    check("outage is said", (await page.textContent("#state")).includes("数据延迟"));
    check("last picture stays", await page.evaluate(() => [...document.querySelectorAll(".picture img")].length === 5));
    check("last figures stay", (await page.textContent(".figures-body")).includes("网格"));
    await page.screenshot({ path: join(shots, "county-away.png") });
    const second = await serve(new URL(origin).host);
    await page.waitForFunction(() => !document.body.classList.contains("late"), undefined, { timeout: 60000 });
    check("recovers by itself", (await page.textContent("#word")) === "正常");
    await settled(page);
    check("no errors but the refused connections", realErrors(seen).length === 0, realErrors(seen).join("; "));
    await page.close();
    return second;
}

const browser = await launch();
mkdirSync(shots, { recursive: true });
let server = await serve("127.0.0.1:0");
try {
    for (const [width, height] of SIZES) await checkSize(browser, server.url, width, height, 1);
    await checkSize(browser, server.url, 1280, 720, 1.5);
    await checkStart(browser, server.url);
    server = await checkOutage(browser, server);
} catch (error) {
    check("ran to the end", false, String(error));
} finally {
    await browser.close();
    await server.stop();
}
checks.end("wall");
