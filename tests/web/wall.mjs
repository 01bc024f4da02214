// The county wall in a real browser: node wall.mjs SERVER [SHOTS [COUNTY]]
// SERVER is called as `SERVER 127.0.0.1:PORT`, or with a COUNTY file as `SERVER serve COUNTY --listen 127.0.0.1:PORT`,
// and prints its address when ready. Pictures of the page go to SHOTS.
// Exit 0 all well, 1 something is wrong, 77 no browser here.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
];
const SIZES = [[3840, 2160], [1920, 1080], [1440, 900], [1366, 768], [7680, 2160], [1080, 1920]];

const [program, shots = "shots", county] = process.argv.slice(2);
let playwright;
try {
    playwright = await import("playwright-core");
} catch {
    console.log("skipped: playwright-core is missing (npm ci in tests/web)");
    process.exit(77);
}
if (program === undefined || !existsSync(CHROMIUM)) {
    console.log(program === undefined ? "name the server program" : `skipped: no browser at ${CHROMIUM}`);
    process.exit(program === undefined ? 1 : 77);
}
mkdirSync(shots, { recursive: true });

let passed = 0;
let failed = 0;
function check(name, well, detail = "") {
    if (well) passed += 1;
    else failed += 1;
    if (!well) console.log(`not ok: ${name} ${detail}`);
}

/** A running server; stop() ends it by its own signal and waits for it. */
async function serve(address) {
    const args = county === undefined ? [address] : ["serve", county, "--listen", address];
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    let said = "";
    const url = await new Promise((resolve, reject) => {
        const listen = (data) => {
            said += String(data);
            const hit = /http:\S+\//.exec(said);
            if (hit !== null) resolve(hit[0]);
        };
        child.stdout.on("data", listen);
        child.stderr.on("data", listen);
        child.once("exit", (code) => reject(new Error(`server ended with ${code}: ${said}`)));
    });
    return { url, stop: () => (child.kill("SIGTERM"), ended) };
}

/** Everything that may go wrong on a page, gathered from its opening on. */
function watch(page, origin) {
    const seen = { errors: [], foreign: [], requests: 0 };
    page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
    page.on("pageerror", (error) => seen.errors.push(String(error)));
    page.on("request", (request) => {
        seen.requests += 1;
        if (!request.url().startsWith(origin)) seen.foreign.push(request.url());
    });
    return seen;
}

/** Pictures are whole and as large in pixels as their panels. */
async function settled(page) {
    await page.waitForFunction(() => {
        const boxes = [...document.querySelectorAll(".picture")];
        return boxes.length > 0 && boxes.every((box) => {
            const image = box.querySelector("img");
            const wanted = Math.round(box.getBoundingClientRect().width * devicePixelRatio);
            return image !== null && image.complete && image.naturalWidth === wanted;
        });
    }, undefined, { timeout: 30000 });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Texts that are cut, stand outside their panel or lie on one another. Runs in the page. */
function findBadText() {
    const bad = [];
    const boxes = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent.trim();
        const element = node.parentElement;
        if (text === "" || element.closest("noscript, script, style") !== null) continue;
        const panel = element.closest(".panel, .list, header");
        const frame = panel.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const line of range.getClientRects()) {
            // A line's box is higher than its glyphs by about a fifth above and below.
            const spare = line.height * 0.22;
            const rect = { left: line.left, right: line.right, top: line.top + spare, bottom: line.bottom - spare };
            const inside = rect.left >= frame.left - 1 && rect.right <= frame.right + 1 &&
                rect.top >= frame.top - 2 && rect.bottom <= frame.bottom + 2;
            if (!inside) bad.push(`outside: ${text}`);
            for (const other of boxes)
                if (rect.left < other.right - 1 && rect.right > other.left + 1 &&
                    rect.top < other.bottom - 1 && rect.bottom > other.top + 1 && other.node !== node)
                    bad.push(`overlap: ${text} / ${other.text}`);
            boxes.push({ ...rect, node, text });
        }
        for (let e = element; e !== null && e !== document.body; e = e.parentElement)
            if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1) bad.push(`cut: ${text} in ${e.id || e.className}`);
        if (parseFloat(getComputedStyle(element).fontSize) < 11) bad.push(`too small: ${text}`);
    }
    return [...new Set(bad)];
}

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
    check("last figures stay", (await page.textContent("#figures-body")).includes("网格"));
    await page.screenshot({ path: join(shots, "county-away.png") });
    const second = await serve(new URL(origin).host);
    await page.waitForFunction(() => !document.body.classList.contains("late"), undefined, { timeout: 60000 });
    check("recovers by itself", (await page.textContent("#word")) === "正常");
    await settled(page);
    const errors = seen.errors.filter((text) => !text.includes("net::ERR_"));
    check("no errors but the refused connections", errors.length === 0, errors.join("; "));
    await page.close();
    return second;
}

const browser = await playwright.chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
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
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
