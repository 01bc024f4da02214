// Every scene in a real browser: node scenes.mjs SERVER [SHOTS [all]]
// SERVER is called as `SERVER 127.0.0.1:PORT`. Sizes of walls, true pixels, drill-down by keys and clicks, playlist, kiosk, language,
// a lost network, WebGL switched off, accessibility by axe-core. `all` takes every scene at every size, a minute without network and
// the reload by night; it takes about ten minutes. Exit 0 all well, 1 something is wrong, 77 no browser here.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Checks, findBadText, launch, realErrors, serve as start, settled, watch } from "./common.mjs";

const SCENES = ["county", "town", "heat", "warnings", "cameras", "hotline"];
const SIZES = [[1920, 1080], [3840, 2160], [7680, 2160], [6656, 1792]];
const MORE_SIZES = [[1366, 768], [15360, 4320], [1080, 1920]];

const [program, shots = "shots", extent = "some"] = process.argv.slice(2);
const all = extent === "all";
const checks = new Checks();
const check = checks.check.bind(checks);
const serve = (address = "127.0.0.1:0") => start(program, [address]);
mkdirSync(shots, { recursive: true });

function axeSource() {
    try {
        return readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    } catch {
        console.log("axe-core is missing (npm ci in tests/web): accessibility is not looked at");
        return undefined;
    }
}
const axe = axeSource();

async function checkAccess(page, name) {
    if (axe === undefined) return;
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const bad = found.violations.filter((rule) => ["serious", "critical"].includes(rule.impact));
    check(`${name}: axe-core`, bad.length === 0, bad.map((rule) => `${rule.id}: ${rule.nodes.map((n) => n.html.slice(0, 80)).join(" ")}`).join("; "));
}

async function checkScene(browser, origin, name, [width, height], more = "") {
    const label = `${name}${more === "" ? "" : "-en"}-${width}x${height}`;
    const page = await browser.newPage({ viewport: { width, height } });
    const seen = watch(page, origin);
    await page.goto(`${origin}screen/${name}${more}`);
    await settled(page);
    const bad = await page.evaluate(findBadText);
    check(`${label}: text`, bad.length === 0, JSON.stringify(bad.slice(0, 6)));
    const scroll = await page.evaluate(() =>
        document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);
    check(`${label}: nothing to scroll`, !scroll);
    check(`${label}: no WebGL`, await page.evaluate(() => document.createElement("canvas").getContext("webgl") === null));
    if (width === 1920) await checkAccess(page, label);
    await page.screenshot({ path: join(shots, `scene-${label}.png`) });
    check(`${label}: no console errors`, seen.errors.length === 0, seen.errors.join("; "));
    check(`${label}: own host only`, seen.foreign.length === 0 && seen.requests > 4, seen.foreign.join(" "));
    await page.close();
}

const pathOf = (page) => page.$$eval("#path .step", (steps) => steps.map((step) => step.textContent));
const waitDepth = (page, depth) => page.waitForFunction((wanted) =>
    document.querySelectorAll("#path .step").length === wanted && document.querySelector(".scene.behind") === null, depth, { timeout: 30000 });

/** County, town, community, grid by keys; back by keys; then a click on the map and on the head. */
async function checkDrill(browser, origin) {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const seen = watch(page, origin);
    await page.goto(`${origin}screen/county`);
    await settled(page);
    const figures = [];
    for (const depth of [2, 3, 4]) {
        await page.waitForSelector(".scene:not(.behind) .overlay .place");
        figures.push(await page.textContent(".scene:not(.behind) .figures-body"));
        await page.keyboard.press("ArrowRight");
        check(`drill ${depth}: a place is chosen`, (await page.getAttribute(".scene:not(.behind) .overlay .now", "d")).startsWith("M"));
        await page.keyboard.press("Enter");
        await waitDepth(page, depth);
        await settled(page);
        if (depth === 2) await page.screenshot({ path: join(shots, "drill-town.png") });
        if (depth === 3) await page.screenshot({ path: join(shots, "drill-community.png") });
    }
    await page.screenshot({ path: join(shots, "drill-grid.png") });
    figures.push(await page.textContent(".scene:not(.behind) .figures-body"));
    check("drill: each place has its own figures", new Set(figures).size === 4, figures.join(" | "));
    check("drill: the address names the place", /place=\d{15}/.test(page.url()), page.url());
    const bad = await page.evaluate(findBadText);
    check("drill: text", bad.length === 0, JSON.stringify(bad.slice(0, 6)));
    await page.reload();
    await settled(page);
    check("drill: a reload keeps the place", (await pathOf(page)).length === 4, (await pathOf(page)).join(" "));
    for (const [key, depth] of [["Escape", 3], ["Backspace", 2], ["Escape", 0]]) {
        await page.keyboard.press(key);
        await waitDepth(page, depth);
    }
    check("drill: back at the county", (await page.textContent(".scene:not(.behind) .figures-body")) === figures[0]);
    await page.waitForSelector(".scene:not(.behind) .overlay .place");
    const point = await page.evaluate(async () => {
        const url = performance.getEntriesByType("resource").map((entry) => entry.name).findLast((name) => name.includes("/api/outlines/"));
        const { places } = await (await fetch(url)).json();
        const rect = document.querySelector(".scene:not(.behind) .overlay").getBoundingClientRect();
        return { x: rect.left + places[0].x, y: rect.top + places[0].y };
    });
    await page.mouse.click(point.x, point.y);
    await waitDepth(page, 2);
    await page.click("#path button");
    await waitDepth(page, 0);
    check("drill: no console errors", seen.errors.length === 0, seen.errors.join("; "));
    await page.close();
}

/** Scenes follow each other, and at no time does the wall show none. */
async function checkPlaylist(browser, origin) {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const seen = watch(page, origin);
    await page.goto(`${origin}screen/play?scenes=county,heat,warnings&dwell=2&kiosk=1`);
    await settled(page);
    const shown = await page.evaluate(async () => {
        const names = [];
        let empty = 0;
        for (const end = performance.now() + 20000; performance.now() < end && names.length < 4; ) {
            await new Promise((resolve) => requestAnimationFrame(resolve));
            const front = [...document.querySelectorAll(".scene:not(.behind)")];
            const images = front.flatMap((scene) => [...scene.querySelectorAll(".box img")]);
            if (front.length !== 1 || images.length < 3 || images.some((image) => !image.complete)) empty += 1;
            if (names.at(-1) !== front[0]?.dataset.scene) names.push(front[0]?.dataset.scene);
        }
        return { names, empty };
    });
    check("playlist: in turn", shown.names.join(" ") === "county heat warnings county", shown.names.join(" "));
    check("playlist: never an empty wall", shown.empty === 0, String(shown.empty));
    check("kiosk: no pointer", (await page.evaluate(() => getComputedStyle(document.querySelector("main")).cursor)) === "none");
    await page.keyboard.press("l");
    check("kiosk: other keys do nothing", (await page.evaluate(() => document.documentElement.lang)) === "zh-CN");
    await page.keyboard.press(" ");
    await page.waitForTimeout(1200);
    check("playlist: pauses", (await page.textContent("#turn")).includes("暂停"));
    check("playlist: no console errors", seen.errors.length === 0, seen.errors.join("; "));
    await page.close();
}

async function checkLanguage(browser, origin) {
    await checkScene(browser, origin, "county", [1920, 1080], "?lang=en");
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${origin}screen/warnings`);
    await settled(page);
    await page.keyboard.press("l");
    await page.waitForFunction(() => document.title.includes("Grids under warning"));
    await settled(page);
    check("language: the address keeps it", page.url().includes("lang=en"), page.url());
    await page.close();
}

/** The wall without network: greyed and said, everything stays, and comes back by itself. */
async function checkNetwork(browser, origin, seconds) {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    const page = await context.newPage();
    const seen = watch(page, origin);
    await page.goto(`${origin}screen/heat`);
    await settled(page);
    await context.setOffline(true);
    await page.waitForFunction(() => document.body.classList.contains("late"), undefined, { timeout: 30000 });
    await page.waitForTimeout(seconds * 1000);
    check("network: said", (await page.textContent("#state")).includes("数据延迟"));
    check("network: pictures stay", (await page.$$(".scene:not(.behind) .box img")).length === 5);
    await page.screenshot({ path: join(shots, "network-away.png") });
    await context.setOffline(false);
    await page.waitForFunction(() => !document.body.classList.contains("late"), undefined, { timeout: 30000 });
    await settled(page);
    await page.waitForFunction(() => document.querySelector(".picture.old") === null, undefined, { timeout: 30000 });
    check("network: no errors but the lost line", realErrors(seen).length === 0, realErrors(seen).join("; "));
    await context.close();
}

/** At the hour of the reload, frame by frame: what the wall shows never goes dark. */
async function checkNight(browser) {
    process.env.COUNTYGRID_NOW = String(Date.UTC(2026, 10, 21, 20, 30) / 1000); // 04:30 of the 22nd in Shanghai
    const server = await serve();
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.addInitScript(() => sessionStorage.getItem("countygrid.reloaded") ?? sessionStorage.setItem("countygrid.reloaded", "2026-11-21"));
    await page.goto(`${server.url}screen/county`);
    await settled(page);
    const client = await page.context().newCDPSession(page);
    const frames = [];
    client.on("Page.screencastFrame", ({ data, sessionId }) => {
        frames.push(data);
        client.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
    });
    await client.send("Page.startScreencast", { format: "jpeg", quality: 60, maxWidth: 320 });
    await page.waitForEvent("load", { timeout: 90000 });
    await settled(page);
    await page.waitForTimeout(500);
    await client.send("Page.stopScreencast");
    const light = await page.evaluate(async (list) => Promise.all(list.map(async (data) => {
        const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes]));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
        let bright = 0;
        for (let i = 0; i < pixels.length; i += 4) bright += pixels[i] + pixels[i + 1] + pixels[i + 2] > 300;
        return bright / (pixels.length / 4);
    })), frames);
    const least = Math.min(...light);
    const usual = light[0];
    check("night: reloaded without going dark", light.length > 3 && least > 0.6 * usual, `${light.length} frames, ${least} of ${usual}`);
    await page.close();
    await server.stop();
}

/** Of the hotline's screen: its list and its pictures are those of the hotline's incidents alone. */
async function checkSources(browser, origin) {
    const sources = "12345,热线";
    const { latest } = await (await fetch(`${origin}api/overview?sources=${encodeURIComponent(sources)}`)).json();
    check("sources: the hotline's only", latest.length > 5 && latest.every((row) => row.source.includes("热线")));
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const asked = [];
    page.on("request", (request) => request.url().includes("/api/render/") && asked.push(new URL(request.url()).searchParams.get("sources")));
    await page.goto(`${origin}screen/hotline`);
    await settled(page);
    const first = await page.textContent(".latest-list .row");
    check("sources: the list", first.includes(latest[0].label), `${first} ${latest[0].label}`);
    check("sources: the pictures", asked.length > 5 && asked.every((text) => text === sources), asked.join(" "));
    await page.close();
}

const browser = await launch();
const server = await serve();
try {
    for (const scene of SCENES)
        for (const size of all ? [...SIZES, ...MORE_SIZES] : [SIZES[0]]) await checkScene(browser, server.url, scene, size);
    if (!all) {
        await checkScene(browser, server.url, "hotline", SIZES[3]);
        await checkScene(browser, server.url, "town", MORE_SIZES[2]);
    }
    await checkSources(browser, server.url);
    await checkDrill(browser, server.url);
    await checkLanguage(browser, server.url);
    // Both wait more than they work.
    await Promise.all([checkPlaylist(browser, server.url), checkNetwork(browser, server.url, all ? 60 : 1)]);
    if (all) await checkNight(browser);
    const none = await fetch(`${server.url}screen/none`);
    check("a scene that is not there", none.status === 404);
} catch (error) {
    check("ran to the end", false, String(error.stack ?? error));
} finally {
    await browser.close();
    await server.stop();
}
checks.end("scenes");
