// The pictures of the handbook: node handbook.mjs PROGRAM [FOLDER]
// Makes the sample county at a fixed hour, serves it, and writes its screens into FOLDER (docs/images/handbook) as small PNGs of 160
// colours; look at them before they are committed. Fails when one is over 150 kB or a page has an error. Exit 77: no browser here.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Checks, launch, serve as start, settled, watch } from "./common.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [program, out = join(here, "../../docs/images/handbook")] = process.argv.slice(2);
const LIMIT = 150_000;
const SHRINK = "import sys; from PIL import Image; i = Image.open(sys.argv[1]).convert('RGB'); " +
    "i.quantize(160, Image.MAXCOVERAGE, dither=Image.Dither.NONE).save(sys.argv[2], optimize=True)";

process.env.COUNTYGRID_NOW = "1795313160"; // 2026-11-22 10:06 in Beijing
const browser = await launch();
const checks = new Checks();
const folder = mkdtempSync(join(tmpdir(), "countygrid-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(out, { recursive: true });
const county = join(folder, "county.sqlite");
const run = (...args) => execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });

function keep(name) {
    execFileSync("/usr/bin/python3", ["-c", SHRINK, join(folder, `${name}.png`), join(out, `${name}.png`)]);
    const { size } = statSync(join(out, `${name}.png`));
    checks.check(`${name}: small`, size <= LIMIT, `${size} bytes`);
}

async function shoot(origin, name, path, act = async () => undefined) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const seen = watch(page, origin);
    await page.goto(`${origin}${path}`);
    if (path.startsWith("screen/")) await settled(page);
    await act(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    checks.check(`${name}: no errors`, seen.errors.length === 0, seen.errors.join("; "));
    await page.close();
    keep(name);
}

/** By keys into the town that is chosen first, as the handbook tells it. */
async function openTown(page) {
    await page.waitForSelector(".scene:not(.behind) .overlay .place");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#path .step").length === 2 &&
        document.querySelector(".scene.behind") === null);
    await settled(page);
}

const analysed = (page) => page.waitForSelector("#views.settled:not(.old)", { timeout: 60000 });

async function raiseAlarm(origin, page) {
    const { features } = await (await fetch(`${origin}api/collections/incidents/items?limit=50`)).json();
    const place = features.find((feature) => feature.geometry !== null && feature.properties.grid_code !== null);
    const [lon, lat] = place.geometry.coordinates;
    const incident = { id: "H1001", source: "119", type: "安全隐患/消防", occurred: "2026-11-22T10:04:00", lon, lat };
    await fetch(`${origin}api/incidents`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(incident),
    });
    await page.waitForSelector(".alarm.in .map .overlay", { timeout: 60000 });
    await page.waitForTimeout(4000); // the pulses are over
}

let server;
try {
    run("sample", county, "--preset", "wuqi", "--seed", "1");
    run("plan", county, "split", "--publish", "--title", "样例网格方案");
    writeFileSync(join(folder, "scenes.json"), JSON.stringify({
        alarm: { types: ["安全隐患/消防"], answers: [{ type: "安全隐患/消防", who: "消防救援大队" }] },
    }));
    server = await start(program, ["serve", county, "--listen", "127.0.0.1:0", "--intake", "--scenes", join(folder, "scenes.json")]);
    const { url } = server;
    await shoot(url, "start", "");
    await shoot(url, "county", "screen/county");
    await shoot(url, "town", "screen/county", openTown);
    await shoot(url, "heat", "screen/heat");
    await shoot(url, "warnings", "screen/warnings");
    await shoot(url, "cameras", "screen/cameras");
    await shoot(url, "analyse", "analyse?picture=hotspots&period=2026-09-01/2026-11-21", analysed);
    await shoot(url, "analyse-compare", "analyse?picture=map&period=2026-10-01/2026-10-31&against=2026-09-01/2026-09-30&view=side", analysed);
    await shoot(url, "analyse-area", "analyse?picture=contours&period=2026-10-01/2026-10-31&area=POLYGON((502000+4072000,526000+4068000,534000+4088000,"
        + "514000+4098000,509000+4083000,502000+4072000))", analysed);
    await shoot(url, "hotline", "screen/hotline");
    await shoot(url, "alarm", "screen/county", (page) => raiseAlarm(url, page));
    run("render", county, "choropleth", "-o", join(folder, "plan.png"), "--size", "1280x720", "--measure", "households", "--theme", "light");
    keep("plan");
    run("render", county, "mapbook", "-o", join(folder, "mapbook.png"), "--page", "2", "--size", "1280x905");
    keep("mapbook");
} catch (error) {
    checks.check("ran to the end", false, String(error.stack ?? error));
} finally {
    await browser.close();
    await server?.stop();
}
checks.end("handbook");
