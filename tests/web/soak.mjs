// A wall that is left on: node soak.mjs PROGRAM [MINUTES [SHOTS]]
// One incident a second is delivered to a county of its own while a playlist with a moving heat map runs; the server goes away and comes back
// 20 times (fewer in short runs). Heap and DOM nodes after a collection are noted each minute and must not rise; every incident must be
// told once. 30 minutes unless said. Exit 0 all well, 1 something is wrong, 77 no browser here.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks, launch, realErrors, serve as start, settled, watch } from "./common.mjs";

const [program, minutesText = "30", shots] = process.argv.slice(2);
const minutes = Number(minutesText);
const outages = minutes >= 20 ? 20 : Math.max(2, Math.floor(minutes));
const browser = await launch();
const checks = new Checks();
const check = checks.check.bind(checks);
const folder = mkdtempSync(join(tmpdir(), "countygrid-"));
const county = join(folder, "c.sqlite");
execFileSync(program, ["sample", county, "--preset", "wuqi", "--seed", "1", "--days", "40"]);
execFileSync(program, ["plan", county, "split", "--publish"]);
const serve = (address) => start(program, ["serve", county, "--listen", address, "--intake"]);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let server = await serve("127.0.0.1:0");
const { host } = new URL(server.url);
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
const seen = watch(page, server.url);
// What the stream tells the page, with the ids of its own EventSource.
await page.addInitScript(() => {
    window.soakTold = {};
    const add = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (type, listener, options) {
        const heard = type !== "incidents" ? listener : (event) => {
            for (const row of JSON.parse(event.data).incidents) window.soakTold[row.id] = (window.soakTold[row.id] ?? 0) + 1;
            listener(event);
        };
        return add.call(this, type, heard, options);
    };
});
const client = await page.context().newCDPSession(page);
await client.send("Performance.enable");
await client.send("HeapProfiler.enable");

async function measure() {
    await client.send("HeapProfiler.collectGarbage");
    const { metrics } = await client.send("Performance.getMetrics");
    const value = (name) => metrics.find((metric) => metric.name === name).value;
    return { heap: value("JSHeapUsedSize"), nodes: value("Nodes"), listeners: value("JSEventListeners") };
}

let delivered = 0;
async function deliver() {
    const id = `S${delivered}`;
    const body = JSON.stringify({ id, source: "soak", type: "测试/长跑", occurred: new Date(Date.now() - 60_000).toISOString() });
    try {
        const reply = await fetch(`http://${host}/api/incidents`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
        if (reply.ok) delivered += 1; // else the same once more
    } catch {
        // The server is away; the next second asks again.
    }
}

try {
    await page.goto(`${server.url}screen/play?scenes=county,heat,warnings&dwell=15`);
    await settled(page);
    await page.waitForFunction(() => performance.getEntriesByType("resource").some((entry) => entry.name.includes("/api/overview")));
    await sleep(3000);
    const begin = Date.now();
    const samples = [];
    let gone = 0;
    for (let second = 0; Date.now() - begin < minutes * 60_000; second += 1) {
        const next = begin + (second + 1) * 1000;
        await deliver();
        const share = (Date.now() - begin) / (minutes * 60_000);
        if (gone < outages && share > (gone + 0.5) / outages) {
            gone += 1;
            await server.stop();
            await sleep(1500);
            server = await serve(host);
        }
        if (Date.now() - begin > samples.length * 60_000 * Math.min(1, minutes / 6)) samples.push(await measure());
        await sleep(Math.max(0, next - Date.now()));
    }
    await page.waitForFunction((wanted) => Object.keys(window.soakTold).length >= wanted, delivered, { timeout: 30000 }).catch(() => undefined);
    const told = await page.evaluate(() => window.soakTold);
    const missed = Array.from({ length: delivered }, (_, k) => `S${k}`).filter((id) => told[id] === undefined);
    check("no incident is missed", missed.length === 0, `${missed.length} of ${delivered}: ${missed.slice(0, 5).join(" ")}`);
    check("none is told twice", Object.values(told).every((times) => times === 1));
    // The first third warms caches up; after it the least of a third must not rise.
    const third = Math.max(1, Math.floor(samples.length / 3));
    const least = (key, from, to) => Math.min(...samples.slice(from, to).map((sample) => sample[key]));
    for (const [key, spare] of [["heap", 1_500_000], ["nodes", 400], ["listeners", 100]]) {
        const early = least(key, third, 2 * third);
        const late = least(key, samples.length - third, samples.length);
        check(`${key} stays flat`, late <= early + spare, `${early} then ${late}`);
    }
    // A server that is going away may still say so.
    const real = realErrors(seen).filter((text) => !text.includes("503"));
    check("no errors but lost lines", real.length === 0, real.slice(0, 3).join("; "));
    console.log(`${delivered} incidents, ${gone} outages, ${samples.length} samples`);
    for (const sample of samples) console.log(`  heap ${(sample.heap / 1e6).toFixed(2)} MB, ${sample.nodes} nodes, ${sample.listeners} listeners`);
    if (shots !== undefined) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: join(shots, "soak.png") });
    }
} catch (error) {
    check("ran to the end", false, String(error.stack ?? error));
} finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
}
checks.end("soak");
