// The analyst's page: node analyse.mjs PROGRAM [SHOTS] [all]
// A county of its own is made and served. Every kind of picture is opened; period, types, place, a drawn box, an outline by pointer, keys and
// hand, comparison and language are chosen; command lines that the page shows are run and must give the bytes that it shows. With `all`
// every kind of picture, every file, and four sizes.
// Exit 0 all well, 1 something is wrong, 77 no browser here.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Checks, launch, realErrors, serve, watch } from "./common.mjs";

const [given, shots = "shots", mode = "short"] = process.argv.slice(2);
const program = resolve(given);
const browser = await launch();
mkdirSync(shots, { recursive: true });
process.env.COUNTYGRID_NOW = "1795219200"; // 2026-11-21 08:00 in Beijing
const folder = mkdtempSync(join(tmpdir(), "countygrid-"));
const county = join(folder, "county.sqlite");
execFileSync(program, ["sample", county, "--preset", "wuqi", "--seed", "1", "--days", "130"]);
execFileSync(program, ["plan", county, "split", "--publish"]);
const server = await serve(program, ["serve", county, "--listen", "127.0.0.1:0"]);
const checks = new Checks();
const check = checks.check.bind(checks);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const settled = (page) => page.waitForSelector("#views.settled:not(.old)", { timeout: 60000 });
const shot = (page, name) => page.screenshot({ path: join(shots, `analyse-${name}.png`) });

async function open(address, width = 1920, height = 1080) {
    const page = await browser.newPage({ viewport: { width, height } });
    const seen = watch(page, server.url);
    await page.goto(`${server.url}${address}`);
    await settled(page);
    return [page, seen];
}

function wellBehaved(name, seen) {
    check(`${name}: no errors`, realErrors(seen).length === 0, realErrors(seen).join("; "));
    check(`${name}: no other host`, seen.foreign.length === 0, seen.foreign.join(" "));
}

/** Nothing of the page is cut or scrolls sideways. */
async function fits(page, name) {
    const bad = await page.evaluate(() => [...document.querySelectorAll("header *, #choice *, #figures *, #tabs *, #pointer")]
        .filter((e) => e.closest(".rows, .types") === null && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && e.children.length === 0 && e.tagName !== "INPUT")
        .map((e) => `${e.tagName} ${e.textContent.slice(0, 40)}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);
    check(`${name}: nothing is cut`, bad.length === 0 && !wide, JSON.stringify(bad.slice(0, 3)));
}

/** What the page shows as a command line gives the bytes that its picture has. */
async function commandIsTrue(page, name) {
    const lines = await page.$$eval(".commands pre", (all) => all.map((pre) => pre.textContent));
    const files = await page.$$eval(".files a", (all) => all.map((a) => [a.getAttribute("download"), a.href, a.title]));
    const run = (line) => execFileSync("bash", ["-c", line.replace(/^countygrid /, "\"$0\" "), program], { cwd: folder });
    check(`${name}: a command line for each picture`, lines.length === (await page.$$(".view")).length, lines.join("\n"));
    for (const [file, address, line] of files) {
        if (mode !== "all" && name !== "box" && !["png", "gpkg"].includes(file.split(".").pop())) continue;
        run(line);
        const wanted = Buffer.from(await (await fetch(address)).arrayBuffer());
        check(`${name}: ${file}`, wanted.length > 100 && readFileSync(join(folder, file)).equals(wanted), line);
    }
    for (const line of lines) {
        run(line);
        const file = /-o (\S+)$/.exec(line)[1], all = await page.evaluate(() => performance.getEntriesByType("resource").map((e) => e.name));
        const drawn = readFileSync(join(folder, file));
        const seen = [];
        for (const address of all.filter((url) => url.includes("/api/render/") && !url.includes("format=")).slice(-4))
            seen.push(Buffer.from(await (await fetch(address)).arrayBuffer()));
        check(`${name}: what is shown is what the command line gives`, seen.some((bytes) => bytes.equals(drawn)), line);
    }
}

async function looksAccessible(page, name) {
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations
        .filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`));
    check(`${name}: axe finds nothing serious`, found.length === 0, found.join("\n"));
}

async function checkKinds() {
    const [page, seen] = await open("analyse?period=2026-10-01/2026-10-31");
    const kinds = await page.$$eval("#kind option", (all) => all.map((option) => option.value));
    check("kinds: all are there", kinds.length >= 14, kinds.join(" "));
    await looksAccessible(page, "heat map");
    const few = ["choropleth", "hotspots", "clusters", "trend"];
    for (const kind of mode === "all" ? kinds : few) {
        await page.selectOption("#kind", kind);
        await page.waitForFunction((name) => location.search.includes(`picture=${name}`), kind);
        await settled(page);
        check(`${kind}: one picture`, (await page.$$(".view canvas")).length >= 1);
        check(`${kind}: period stays`, (await page.inputValue("#from")) === "2026-10-01");
        await fits(page, kind);
        await shot(page, kind);
        if (["map", "hotspots"].includes(kind)) await commandIsTrue(page, kind);
    }
    wellBehaved("kinds", seen);
    await page.close();
}

async function checkCompare() {
    const [page, seen] = await open("analyse?picture=map&period=2026-10-01/2026-10-31");
    await page.click(".compare button:first-of-type");
    await page.waitForSelector(".view:nth-of-type(2)");
    await settled(page);
    check("compare: side by side", (await page.$$(".view")).length === 2 && /against=2026-08-31/.test(page.url()), page.url());
    const frames = await page.$$eval(".view canvas", (all) => all.map((canvas) => [canvas.width, canvas.height].join("x")));
    check("compare: both are of one size", new Set(frames).size === 1, frames.join(" "));
    await commandIsTrue(page, "compare");
    await fits(page, "compare");
    await shot(page, "side");
    await page.click("#tabs button:nth-of-type(4)");
    await page.waitForFunction(() => location.search.includes("view=change"));
    await settled(page);
    await shot(page, "change-of-two");
    check("compare: difference", (await page.textContent(".commands pre")).includes(" difference "));
    await page.goBack();
    await page.waitForSelector(".view:nth-of-type(2)");
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll(".view").length === 1 && !location.search.includes("against"));
    await settled(page);
    wellBehaved("compare", seen);
    await page.close();
}

async function checkChoice() {
    const [page, seen] = await open("analyse?picture=map&period=2026-09-01/2026-11-20", 1366, 768);
    await shot(page, "1366");
    await fits(page, "1366x768");
    // A drag draws a box; its grids are the county then.
    await page.click("button.draw");
    const view = await (await page.$(".view")).boundingBox();
    await page.mouse.move(view.x + view.width * 0.4, view.y + view.height * 0.4);
    await page.mouse.down();
    await page.mouse.move(view.x + view.width * 0.5, view.y + view.height * 0.5, { steps: 5 });
    await page.mouse.move(view.x + view.width * 0.62, view.y + view.height * 0.62, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(() => /box=\d/.test(location.search), undefined, { timeout: 10000 });
    await settled(page);
    await shot(page, "box");
    await commandIsTrue(page, "box");
    // What lies under the pointer is read.
    await page.mouse.move(view.x + view.width * 0.5, view.y + view.height * 0.5);
    await page.waitForFunction(() => /指针处: .*密度/.test(document.querySelector("#pointer").textContent));
    await page.goBack();
    await page.waitForFunction(() => !location.search.includes("box="));
    await settled(page);
    // A town by the list, one of its communities, types.
    await page.selectOption("#town", { index: 1 });
    await page.waitForSelector("#community");
    await settled(page);
    await page.selectOption("#community", { index: 1 });
    await page.waitForFunction(() => /place=\d{12}/.test(location.search));
    await settled(page);
    await page.check(".types label:not(.below) input >> nth=0");
    await page.waitForFunction(() => location.search.includes("types="));
    await settled(page);
    await shot(page, "community");
    await commandIsTrue(page, "community");
    // The same address again is the same page.
    const before = await page.$$eval(".commands pre", (all) => all.map((pre) => pre.textContent));
    await page.reload();
    await settled(page);
    check("link: the page comes back", (await page.textContent(".commands pre")) === before[0]);
    // The other language: all choices stay; drawing, files, link and command line speak it.
    const chosen = new URL(page.url()).search;
    await page.click("#lang");
    await page.waitForFunction(() => location.search.includes("lang=en"));
    await settled(page);
    check("english: all choices stay", new URL(page.url()).search.replace(/[?&]lang=en/, "") === chosen, page.url());
    check("english: the command line says so", (await page.$$eval(".commands pre", (all) => all.every((pre) => pre.textContent.includes(" --lang en ")))));
    check("english: files too", await page.$$eval(".files a", (all) => all.every((a) => a.href.includes("lang=en") && a.title.includes("--lang en"))));
    check("english: the link carries it", (await page.$$eval(".copy p", (all) => all.map((p) => p.textContent))).some((text) => text.includes("lang=en")));
    await commandIsTrue(page, "english");
    check("english", (await page.textContent("#choice")).includes("Types of incidents") && !/[一-鿿]/.test(await page.textContent("#choice fieldset legend")));
    await fits(page, "english");
    await looksAccessible(page, "english");
    await shot(page, "english");
    wellBehaved("choice", seen);
    await page.close();
}

/** An outline by pointer, by keys and by hand; what crosses itself is none. */
async function checkArea() {
    const [page, seen] = await open("analyse?picture=map&period=2026-09-01/2026-11-20", 1366, 768);
    const area = () => new URL(page.url()).searchParams.get("area") ?? "";
    const view = await (await page.$(".view")).boundingBox();
    const click = (x, y) => page.mouse.click(view.x + view.width * x, view.y + view.height * y);
    await page.waitForFunction(() => document.querySelector("#pointer").textContent !== "");
    // Outlines of places come a moment after the picture: before, there is no map to draw on.
    for (let tries = 0; tries < 50 && (await page.$("#sketch")) === null; tries += 1) {
        await page.click("#draw-area");
        await page.waitForTimeout(100);
    }
    for (const [x, y] of [[0.3, 0.3], [0.7, 0.25], [0.75, 0.6], [0.5, 0.2]]) await click(x, y);
    await page.click("#sketch-close");
    check("area: one that crosses itself is told", (await page.textContent("#sketch-wrong")).includes("自相交") && area() === "");
    await looksAccessible(page, "area");
    await shot(page, "area-crossed");
    await page.click("#sketch-undo");
    await page.mouse.dblclick(view.x + view.width * 0.45, view.y + view.height * 0.7);
    await page.waitForFunction(() => location.search.includes("area="));
    await settled(page);
    check("area: four places by pointer", /^POLYGON\(\((\d+ \d+,){4}\d+ \d+\)\)$/.test(area()), area());
    await fits(page, "area");
    await shot(page, "area");
    await commandIsTrue(page, "area");
    const first = area(), lines = (await page.inputValue("#area")).split("\n");
    check("area: written out, a place a line", lines.length === 4 && first.includes(lines[0].replace(",", " ")), lines.join(" "));
    await page.waitForTimeout(700);
    check("area: the click that ends it opens no place", area() === first && !page.url().includes("place="));
    // By keys alone, finer with Shift, one place taken back.
    await page.focus("#draw-area");
    for (let tries = 0; tries < 50 && (await page.$("#sketch")) === null; tries += 1) {
        await page.keyboard.press("Enter");
        await page.waitForTimeout(100);
    }
    for (const key of ["ArrowLeft", "Space", "ArrowDown", "ArrowDown", "Space", "ArrowRight", "ArrowRight", "Shift+ArrowDown", "Space", "ArrowUp", "Space", "Backspace"])
        await page.keyboard.press(key);
    check("area: three places by keys", (await page.textContent("#sketch-count")).startsWith("3 个点"), await page.textContent("#sketch-count"));
    await page.keyboard.press("Enter");
    await page.waitForFunction((old) => new URL(location.href).searchParams.get("area") !== old, first);
    await settled(page);
    check("area: as drawn by keys", area().split(",").length === 4, area());
    await page.goBack();
    await page.waitForFunction((old) => new URL(location.href).searchParams.get("area") === old, first);
    await settled(page);
    // Esc gives up, what was there stays.
    await page.click("#draw-area");
    await page.keyboard.press("Escape");
    check("area: Esc gives up", (await page.$("#sketch")) === null && area() === first);
    // By hand, wrong and right; every kind of picture takes it.
    for (const [text, word] of [["1,2", "三个点"], ["好", "每行一个点"], ["0,0\n1000,1000\n1000,0\n0,1000", "自相交"], ["0,0\n9,0\n0,9", "100 米"],
        [Array.from({ length: 151 }, (_, k) => `${k * 100},${k * k}`).join("\n"), "150"]]) {
        await page.fill("#area", text);
        await page.keyboard.press("Tab");
        check(`area: ${word}`, (await page.textContent("#area-wrong")).includes(word) && area() === first, await page.textContent("#area-wrong"));
    }
    await page.fill("#area", `POLYGON ((${[...lines, lines[0]].map((line) => line.replace(",", " ")).join(", ")}))`);
    await page.keyboard.press("Tab");
    await settled(page);
    check("area: WKT by hand is the same", area() === first, area());
    for (const kind of mode === "all" ? await page.$$eval("#kind option", (all) => all.map((option) => option.value)) : ["choropleth", "calendar"]) {
        await page.selectOption("#kind", kind);
        await page.waitForFunction((name) => location.search.includes(`picture=${name}`), kind);
        await settled(page);
        check(`area: ${kind} has it`, area() === first && (await page.textContent(".commands pre")).includes(`--area '${first}'`));
        await commandIsTrue(page, `area of ${kind}`);
    }
    await page.click("#lang");
    await page.waitForFunction(() => location.search.includes("lang=en"));
    await settled(page);
    check("area: in English", (await page.textContent("#draw-area")) === "Draw an outline" && area() === first);
    await page.fill("#area", "0,0\n9000,0\n0,9000");
    await page.keyboard.press("Tab");
    await page.waitForSelector(".failed");
    check("area: one elsewhere", (await page.textContent(".failed")).includes("outside the county"), await page.textContent(".failed"));
    await page.click("#clear-area");
    await page.waitForFunction(() => !location.search.includes("area="));
    await settled(page);
    wellBehaved("area", { ...seen, errors: seen.errors.filter((text) => !text.includes("400")) });
    await page.close();
}

async function checkTroubles() {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(`${server.url}analyse?picture=map&period=2026-09-01/2026-11-20&bandwidth=3`);
    await page.waitForSelector(".failed");
    check("trouble: said in words", (await page.textContent(".failed")).includes("带宽应为 10 至 50000 米"), await page.textContent(".failed"));
    await shot(page, "failed");
    await page.fill("#bandwidth", "9999999");
    await page.keyboard.press("Tab");
    await page.waitForSelector("#bandwidth-wrong");
    check("trouble: a bandwidth beyond all bounds is not asked for", !page.url().includes("9999999"));
    await page.fill("#bandwidth", "500");
    await page.keyboard.press("Tab");
    await settled(page);
    await page.waitForSelector(".view canvas");
    await page.fill("#from", "2031-02-01");
    await page.keyboard.press("Tab");
    await page.waitForSelector("#from-wrong");
    check("trouble: a period that ends before it begins", (await page.textContent("#from-wrong")).includes("起不晚于止") && !page.url().includes("2031"));
    await fits(page, "period");
    await page.fill("#to", "2031-02-28");
    await page.keyboard.press("Tab");
    await page.waitForSelector(".empty");
    await page.fill("#from", "2031-01-01");
    await page.fill("#to", "2031-01-31");
    await page.keyboard.press("Tab");
    await page.waitForSelector(".empty");
    await shot(page, "empty");
    // A slow answer can be given up.
    await page.route("**/api/render/clusters*", async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 3000));
        await route.continue().catch(() => undefined);
    });
    await page.selectOption("#kind", "clusters");
    await page.waitForSelector(".busy button");
    await shot(page, "busy");
    await page.click(".busy button");
    await page.waitForSelector(".failed");
    check("trouble: given up", (await page.textContent(".failed")).includes("已停止"));
    await page.unroute("**/api/render/clusters*");
    await page.goto(`${server.url}analyse?picture=map&period=2026-11-20/2026-09-01&lang=en`);
    await page.waitForSelector(".failed");
    check("trouble: in English too", (await page.textContent(".failed")).includes("first not after the last"), await page.textContent(".failed"));
    await page.close();
}

/** How far a long analysis is: its turn, its share, and Stop. (What the server does about it: http-analyses.) */
async function checkLong() {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    let mark = "", told = 0;
    await page.route("**/api/render/clusters*", (route) => (mark = route.request().headers()["x-progress"] ?? ""));
    await page.route("**/api/analyses/*", (route) => {
        told += 1;
        check("long: asked by the mark of the request", route.request().url().endsWith(`/${mark}`) && mark.length >= 8, `${route.request().url()} ${mark}`);
        return route.fulfill({ json: told === 1 ? { state: "waiting", seconds: 1, limit_s: 60, ahead: 2 } : { state: "running", seconds: 2, limit_s: 60, of: "replicates", done: 0.42 } });
    });
    await page.goto(`${server.url}analyse?picture=clusters&period=2026-09-01/2026-11-20`);
    await page.waitForFunction(() => (document.querySelector(".busy p")?.textContent ?? "").includes("前面还有 2 个分析"));
    await page.waitForFunction(() => (document.querySelector(".busy p")?.textContent ?? "").includes("42 %"));
    check("long: a bar as well", (await page.$eval(".busy progress", (bar) => bar.value)) === 0.42);
    await looksAccessible(page, "long");
    await shot(page, "long");
    const asked = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/render/clusters"));
    await page.click(".busy .stop");
    check("long: Stop hangs up", (await asked).failure() !== null);
    await page.waitForSelector(".failed");
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.click(".failed button");
    await settled(page);
    check("long: again", (await page.$$(".view canvas")).length === 1);
    await page.close();
}

/** Without a mouse, and on a phone. */
async function checkReach() {
    const [page, seen] = await open("analyse?picture=map&period=2026-09-01/2026-11-20", 1366, 768);
    await page.focus(".types input");
    await page.keyboard.press("Space");
    await page.waitForFunction(() => location.search.includes("types="));
    await settled(page);
    check("keys: the focus stays with a type", await page.evaluate(() => document.activeElement?.id.startsWith("type-")));
    await page.focus("#last-90");
    await page.keyboard.press("Enter");
    await settled(page);
    check("keys: and with a button", await page.evaluate(() => document.activeElement?.id === "last-90"));
    await page.focus(".view");
    check("keys: the picture can be moved", await page.evaluate(() => document.activeElement?.classList.contains("view")));
    await page.close();
    const [phone, also] = await open("analyse?picture=choropleth&period=2026-09-01/2026-11-20", 390, 844);
    check("phone: nothing scrolls sideways", await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await phone.screenshot({ path: join(shots, "analyse-phone.png"), fullPage: true });
    await phone.click("#menu");
    check("phone: what is chosen from folds out", await phone.isVisible("#kind"));
    await phone.screenshot({ path: join(shots, "analyse-phone-choice.png") });
    check("phone: folded out, nothing scrolls sideways", await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await looksAccessible(phone, "phone");
    wellBehaved("reach", { errors: [...seen.errors, ...also.errors], foreign: [...seen.foreign, ...also.foreign] });
    await phone.close();
}

await checkKinds();
await checkCompare();
await checkChoice();
await checkArea();
await checkTroubles();
await checkLong();
await checkReach();
if (mode === "all")
    for (const [width, height] of [[1366, 768], [1920, 1080], [2560, 1440], [1280, 1024]]) {
        const [page, seen] = await open("analyse?picture=hotspots&period=2026-09-01/2026-11-20", width, height);
        await fits(page, `${width}x${height}`);
        await shot(page, `${width}x${height}`);
        wellBehaved(`${width}x${height}`, seen);
        await page.close();
    }
await browser.close();
await server.stop();
rmSync(folder, { recursive: true });
checks.end("analyse");
