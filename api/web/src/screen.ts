// A wall: asks for the figures, shows scenes, and says so when it cannot.
import { Alarms } from "./alarm";
import type { Arrow } from "./drill";
import { commandOf } from "./keys";
import { Live } from "./live";
import { fetchOverview, type Overview } from "./overview";
import { fetchPlacePictures, getJson, type Scenes } from "./scenes";
import { ageText, byId, clockText, localTime, make, setText } from "./text";
import { Wall } from "./wall";
import { getLang, setLang, word } from "./words";

const FIRST_REFRESH_S = 5;
const TICKER_S = 8;
const RELOADED_KEY = "countygrid.reloaded";
const QUIET_KEY = "countygrid.quiet"; // what the page that follows a reload of our own begins with
const QUIET_MS = 8000;

const address = new URL(location.href);
const isKiosk = ["1", "true", ""].includes(address.searchParams.get("kiosk") ?? "no");

let scenes: Scenes | undefined;
let wall: Wall | undefined;
let placePictures = new Set<string>();
let alarms: Alarms | undefined;
let overview: Overview | undefined;
let updated = 0; // performance.now() of the last good answer: not touched by a wall clock that jumps
let skew = 0; // server's clock minus ours, milliseconds
let asking = 0;

function refreshS(): number {
    return Math.max(1, wall?.scene?.refresh_s ?? overview?.refresh_s ?? FIRST_REFRESH_S);
}

function now(): Date {
    return new Date(Date.now() + skew);
}

/** What is not as on a usual day. */
function noticeText(next: Overview): string {
    const words: string[] = [];
    if (next.data_until !== null && !next.today_is_now) words.push(`${word("noData")} ${next.today}`);
    if (next.plan === null) words.push(word("noPlan"));
    else if (next.plan.state === "draft") words.push(word("draft"));
    return words.join(" · ");
}

function showPath(next: Overview): void {
    const place = next.place;
    const links = place.level === "county" ? [] : [...place.parents, place];
    byId("path").replaceChildren(
        ...links.map((link, index) => {
            const last = index === links.length - 1;
            const item = make(last ? "b" : "button", "step", link.name);
            if (!last) item.addEventListener("click", () => wall?.open(link.level === "county" && wall.scene?.place === undefined ? "" : link.code));
            return item;
        }),
    );
}

function showHead(next: Overview): void {
    const title = wall?.scene?.title;
    const name = (getLang() === "en" ? title?.en : undefined) ?? title?.zh ?? "";
    const county = next.county.name;
    const text = county === "" ? name : `${county} · ${name}`;
    setText("title", text);
    document.title = text;
    setText("notice", noticeText(next));
    showPath(next);
}

/** FALSE: not all of it could be shown. */
async function show(next: Overview): Promise<boolean> {
    // A new program behind the same address: take its page too.
    if (overview !== undefined && overview.version !== next.version) {
        reload();
        return true;
    }
    overview = next;
    showHead(next);
    return (await wall?.show(next)) ?? true;
}

function showState(): void {
    const time = now();
    setText("clock", clockText(time));
    const turn = wall?.position ?? "";
    setText("turn", turn === "" ? "" : wall?.isPaused === true ? `${turn} ${word("paused")}` : turn);
    wall?.second(time);
    alarms?.second();
    if (overview === undefined) return;
    const age = (performance.now() - updated) / 1000;
    const late = age > 2 * refreshS();
    document.body.classList.toggle("late", late);
    setText("age", `${word("updated")} ${ageText(age)}`);
    setText("mark", late ? "▲" : "●");
    setText("word", late ? word("late") : word("well"));
    byId("state").className = late ? "late" : "well";
}

function showAway(): void {
    setText("age", word("noServer"));
    setText("mark", "▲");
    setText("word", word("unconnected"));
    byId("state").className = "late";
}

async function ask(): Promise<void> {
    const turn = (asking += 1);
    const place = wall?.place ?? "";
    const sources = wall?.scene?.sources ?? "";
    const timeout = Math.max(5, refreshS()) * 1000;
    let shown: Promise<boolean> | undefined;
    let version: number | undefined;
    live.began();
    try {
        const next = await fetchOverview(timeout, place, sources);
        // The wall shows another place or scene by now.
        if (turn !== asking && (place !== wall?.place || sources !== (wall?.scene?.sources ?? ""))) return;
        updated = performance.now();
        // Given to the minute only; a difference under two minutes is not worth moving the clock for.
        const difference = Date.parse(next.now) - Date.now();
        skew = Math.abs(difference) > 120_000 ? difference : 0;
        if (next.live) live.open();
        version = next.data_version;
        shown = show(next);
        alarms?.answered(place === "" && sources === "" ? next : await county(next, timeout));
    } catch {
        if (overview === undefined) showAway();
    } finally {
        void Promise.resolve(shown).then((isWhole) => live.ended(version, isWhole === true), () => live.ended(undefined, false));
    }
    showState();
}

/** Grids that turn red are looked for in the whole county, whatever place is shown. */
async function county(next: Overview, timeout: number): Promise<Overview> {
    return scenes?.alarm.red === true ? fetchOverview(timeout) : next;
}

const live = new Live(
    () => void ask(),
    (incidents) => alarms?.told(incidents),
    (one) => alarms?.acknowledged(one),
    () => void alarms?.ask(),
);

async function poll(): Promise<void> {
    await ask();
    // While the server is away it is asked more often, so that the wall comes back soon.
    const away = overview === undefined || (performance.now() - updated) / 1000 > refreshS();
    setTimeout(() => void poll(), (away ? Math.min(3, refreshS()) : refreshS()) * 1000);
}

// ---- the page itself

interface Kept {
    scenes: Scenes;
    placePictures: string[];
    overview: Overview;
}

function reload(): void {
    const kept = { scenes, placePictures: [...placePictures], overview };
    sessionStorage.setItem(QUIET_KEY, JSON.stringify(kept));
    location.replace(location.href);
}

/** What the page before left; it is shown until the server has answered. */
function takeKept(): Kept | undefined {
    const text = sessionStorage.getItem(QUIET_KEY);
    sessionStorage.removeItem(QUIET_KEY);
    const kept = text === null ? undefined : (JSON.parse(text) as Partial<Kept>);
    return kept?.overview !== undefined && kept.scenes !== undefined ? (kept as Kept) : undefined;
}

/** Shows the page: at once, after a reload when its first scene is whole. */
function appear(isQuiet: boolean): void {
    const end = performance.now() + QUIET_MS;
    const look = (): void => {
        if (isQuiet && wall?.isWhole !== true && performance.now() < end) setTimeout(look, 30);
        else document.body.classList.remove("starting");
    };
    look();
}

/** Once a night, and only while the server answers: a wall that is up stays up. */
async function reloadByNight(): Promise<void> {
    const hour = scenes?.reload_hour ?? -1;
    const local = localTime(now());
    const day = local.toISOString().slice(0, 10);
    if (hour !== local.getUTCHours() || sessionStorage.getItem(RELOADED_KEY) === day || alarms?.isOpen === true) return;
    const first = sessionStorage.getItem(RELOADED_KEY) === null && performance.now() < 3_600_000;
    try {
        const reply = await fetch(location.href, { cache: "reload" });
        if (!reply.ok) return;
        sessionStorage.setItem(RELOADED_KEY, day);
        if (!first) reload();
    } catch {
        // Away: the next minute asks again.
    }
}

function keepAwake(): void {
    const lock = (): void => void navigator.wakeLock?.request("screen").catch(() => undefined);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lock());
    lock();
}

function startKiosk(): void {
    document.body.classList.add("kiosk");
    keepAwake();
    // A browser allows it after a gesture only; Chromium started with --kiosk needs none.
    const full = (): void => void document.documentElement.requestFullscreen?.().catch(() => undefined);
    window.addEventListener("pointerdown", full, { once: true });
    window.addEventListener("keydown", full, { once: true });
}

function keepAddress(): void {
    const next = new URL(location.href);
    const place = wall?.place ?? "";
    const usual = wall?.scene?.place ?? "";
    if (place === usual) next.searchParams.delete("place");
    else next.searchParams.set("place", place === "" ? (overview?.county.code ?? "") : place);
    if (next.pathname.endsWith("/play")) next.searchParams.delete("place");
    history.replaceState(null, "", next);
}

function switchLanguage(): void {
    setLang(getLang() === "zh" ? "en" : "zh");
    const next = new URL(location.href);
    next.searchParams.set("lang", getLang());
    history.replaceState(null, "", next);
    wall?.rewrite();
    if (overview !== undefined) showHead(overview);
    showState();
}

function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const command = commandOf(event.key, isKiosk, alarms?.isOpen === true);
    if (command === "none") return;
    // A button in focus is pressed by Enter and blank as everywhere.
    if (document.activeElement instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ") && command !== "acknowledge") return;
    event.preventDefault();
    if (command === "acknowledge") alarms?.acknowledge(live.isOpen);
    else if (command === "arrow") wall?.move(event.key as Arrow);
    else if (command === "in") wall?.in();
    else if (command === "out") wall?.back(overview);
    else if (command === "next") wall?.step(1);
    else if (command === "previous") wall?.step(-1);
    else if (command === "language") switchLanguage();
    else if (wall !== undefined) wall.isPaused = !wall.isPaused;
    showState();
}

function makeWall(list: Scenes, pictures: Set<string>): void {
    scenes = list;
    placePictures = pictures;
    wall = new Wall(list, pictures, address, () => {
        keepAddress();
        void ask();
    });
}

async function loadScenes(): Promise<void> {
    for (let wait = 1000; wall === undefined; wait = Math.min(wait * 1.5, 5000)) {
        try {
            makeWall(await getJson<Scenes>("/api/scenes", 10000), await fetchPlacePictures(10000));
        } catch {
            showAway();
            await new Promise((resolve) => setTimeout(resolve, wait));
        }
    }
}

async function start(): Promise<void> {
    const asked = address.searchParams.get("lang");
    setLang(asked === "en" ? "en" : "zh");
    setText("age", word("waiting"));
    setText("word", word("connecting"));
    if (isKiosk) startKiosk();
    const kept = takeKept();
    appear(kept !== undefined);
    setInterval(showState, 1000);
    setInterval(() => wall?.turn(), TICKER_S * 1000);
    setInterval(() => void reloadByNight(), 60_000);
    window.addEventListener("keydown", onKey);
    byId("stage").addEventListener("click", (event) => {
        if (alarms?.acknowledge(live.isOpen) === true) event.stopPropagation();
    }, { capture: true });
    let resized: ReturnType<typeof setTimeout> | undefined;
    window.addEventListener("resize", () => {
        clearTimeout(resized);
        resized = setTimeout(() => wall?.resize(), 300);
    });
    if (kept !== undefined) makeWall(kept.scenes, new Set(kept.placePictures));
    else await loadScenes();
    const path = address.pathname.split("/").pop() ?? "";
    alarms = new Alarms((scenes as unknown as Scenes).alarm, (address.searchParams.get("screen") ?? decodeURIComponent(path)).slice(0, 20), now);
    wall?.start();
    if (kept !== undefined) void show(kept.overview);
    void poll();
}

void start();
