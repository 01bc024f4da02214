// What the browser tests share: a browser, a server that can be stopped and started, and what may go wrong on a page.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-webgl", "--disable-3d-apis", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
];

/** Ends the program with 77 where there is no browser. */
export async function launch() {
    let playwright;
    try {
        playwright = await import("playwright-core");
    } catch {
        console.log("skipped: playwright-core is missing (npm ci in tests/web)");
        process.exit(77);
    }
    if (!existsSync(CHROMIUM)) {
        console.log(`skipped: no browser at ${CHROMIUM}`);
        process.exit(77);
    }
    return playwright.chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

export class Checks {
    passed = 0;
    failed = 0;

    check(name, well, detail = "") {
        if (well) this.passed += 1;
        else this.failed += 1;
        if (!well) console.log(`not ok: ${name} ${detail}`);
    }

    /** Says the sums and ends the program. */
    end(name) {
        console.log(`${name}: ${this.passed} passed, ${this.failed} failed`);
        process.exit(this.failed === 0 ? 0 : 1);
    }
}

/** A running server; stop() ends it by its own signal and waits for it. */
export async function serve(program, args) {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    process.once("exit", () => child.kill("SIGTERM")); // a test that is stopped leaves no server behind
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
export function watch(page, origin) {
    const seen = { errors: [], foreign: [], requests: 0 };
    page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
    page.on("pageerror", (error) => seen.errors.push(String(error)));
    page.on("request", (request) => {
        seen.requests += 1;
        const url = request.url().replace(/^blob:/, ""); // pictures that the page fetched itself
        if (!url.startsWith(origin)) seen.foreign.push(url);
    });
    return seen;
}

/** Errors that are not a line or a server that was taken away on purpose. */
export function realErrors(seen) {
    return seen.errors.filter((text) => !/net::ERR_/.test(text));
}

/** The shown scene's pictures are whole and as large in pixels as their boxes. */
export async function settled(page, timeout = 60000) {
    await page.waitForFunction(() => {
        const boxes = [...document.querySelectorAll(".scene:not(.behind) .box")];
        return document.querySelector(".scene.behind") === null && boxes.length > 0 && boxes.every((box) => {
            const image = box.querySelector("img");
            const rect = box.getBoundingClientRect();
            return image !== null && image.complete &&
                Math.abs(image.naturalWidth - rect.width * devicePixelRatio) < 0.05 &&
                Math.abs(image.naturalHeight - rect.height * devicePixelRatio) < 0.05;
        });
    }, undefined, { timeout });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Texts that are cut, stand outside their panel or lie on one another. Runs in the page. */
export function findBadText() {
    const bad = [];
    const boxes = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent.trim();
        const element = node.parentElement;
        if (text === "" || element.closest("noscript, script, style, .behind, .chosen") !== null) continue;
        const panel = element.closest(".panel, .list, .picture, .card, header");
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
