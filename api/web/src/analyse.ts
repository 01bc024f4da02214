// The analyst's page: left what is looked at, in the middle the server's picture, right the figures behind it.
import { say, named, type AnalyseWord } from "./analyse_words";
import {
    commandLine, dataUrl, differenceOf, fromAddress, KERNELS, KINDS, measuresOf, outlinesUrl, parameters, PICTURES, pictureUrl, toAddress,
    type PictureEntry, type Shot, type State, type View,
} from "./analyse_state";
import { judgePlaces, MAX_PLACES, showArea, takeArea, writeArea, type Place } from "./analyse_area";
import { PictureView, type Outlines } from "./analyse_view";
import type { Overview, PlaceLink } from "./overview";
import { byId, dayAfter, make, setText } from "./text";
import { getLang, setLang } from "./words";

interface Fact { key: string; title: string; title_en: string; value: number | null; unit: string; unit_en: string }
interface Figures {
    title: string;
    place: string;
    facts: Fact[];
    caveats: { zh: string; en: string }[];
    columns: { key: string; title: string; title_en: string; number: boolean; decimals: number }[];
    rows: (string | number | null)[][];
}
interface Point { grid: { code: string; name: string; town: string } | null; density_per_km2: number | null }
interface TypeEntry { name: string; count: number }

const MAX_ROWS = 60;
/** Text as on a screen of this height, whatever the picture's own; larger where the page's is. */
const screenPx = (): number => (window.innerWidth >= 1800 ? 960 : 820);

let state: State;
let overview: Overview;
let entries = new Map<string, PictureEntry>();
let types: TypeEntry[] = [];
let titles: Record<string, string> = {};
let parents: PlaceLink[] = [];
let towns: PlaceLink[] = [];
let communities: PlaceLink[] = [];
let views: PictureView[] = [];
let running: AbortController | null = null;
let shown: Figures | null = null;
let besides: Figures | null = null; // of the picture at its side
let pointing = 0;

class Problem extends Error {
    constructor(readonly detail: string, readonly code = "") {
        super(detail);
    }
}

/** What belongs to one show: it can be given up, and the server asked how far it is. */
interface Task { signal: AbortSignal; mark: string }

async function get(url: string, task?: Task): Promise<Response> {
    const reply = await fetch(url, task === undefined ? {} : { signal: task.signal, headers: { "X-Progress": task.mark } });
    if (reply.ok) return reply;
    const problem = (await reply.json().catch(() => ({}))) as { detail?: string; code?: string };
    throw new Problem(problem.detail ?? `${reply.status}`, problem.code);
}

const getJson = async <T>(url: string, task?: Task): Promise<T> => (await (await get(url, task)).json()) as T;

function newMark(): string {
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-").padEnd(8, "0");
}

/** What the server said in its own words, in the reader's. */
function explain(problem: Problem): string {
    const known: [RegExp, string][] = [
        [/^area: .*outside the county/, say("outsideArea")], [/^area: .*crosses/, say("crossedArea")], [/^area: .*a side/, say("smallArea")],
        [/^area: over|longer than/, say("manyPlaces")], [/^area/, say("wrongArea")], [/bandwidth/, say("wrongBandwidth")], [/period|against/, say("longPeriod")], [/\bbox\b/, say("wrongBox")],
        [/type/, say("wrongTypes")], [/place|code/, say("wrongPlace")],
    ];
    if (problem.code === "DEADLINE") return say("tooLong");
    if (problem.code === "LIMIT" && problem.detail.includes("busy")) return say("tooMany");
    return known.find(([words]) => words.test(problem.detail))?.[1] ?? say("failed") + problem.detail;
}

function entry(name: string): PictureEntry {
    const found = entries.get(name);
    if (found === undefined) throw new Problem(name);
    return found;
}

// ---- what is shown -------------------------------------------------------------------------------------------------------------------

/** Two pictures for side by side, else one. */
function shots(): Shot[] {
    const compared = state.against !== "" && differenceOf(state.picture) !== "";
    const view = compared ? state.view : "now";
    const area = byId("views"), ratio = Math.min(window.devicePixelRatio || 1, 2);
    const n = view === "side" ? 2 : 1;
    const width = Math.max(Math.floor(((area.clientWidth - (n - 1) * 8) / n) * ratio), 200);
    const height = Math.max(Math.floor(area.clientHeight * ratio), 200);
    const name = view === "change" ? differenceOf(state.picture) : state.picture;
    const make = (swapped: boolean): Shot => ({
        entry: entry(name), given: parameters(state, entry(name), swapped), width, height, screen: Math.round(screenPx() * ratio), lang: getLang(),
    });
    return view === "side" ? [make(true), make(false)] : [make(view === "old")];
}

function change(next: Partial<State>): void {
    state = { ...state, ...next };
    if (!measuresOf(state.picture).includes(state.measure)) state.measure = "";
    if (state.against === "" || differenceOf(state.picture) === "") state.view = "now";
    history.pushState(null, "", toAddress(state, getLang()));
    void show();
}

interface Progress { state: "none" | "waiting" | "running"; ahead?: number; done?: number }

function busy(label: string, task: Task): () => void {
    const box = make("div", "busy"), text = make("p", "", label), bar = make("progress", "") as HTMLProgressElement;
    const stop = button(say("cancel"), () => running?.abort(), "stop");
    const began = Date.now();
    bar.setAttribute("aria-label", label);
    bar.max = 1;
    box.append(text, bar, stop);
    // A reader of screens hears of it once, not each second.
    box.setAttribute("role", "group");
    const tell = (progress: Progress | null): void => {
        const seconds = `${Math.round((Date.now() - began) / 1000)} ${say("seconds")}`;
        const share = progress?.state === "running" && progress.done !== undefined ? progress.done : null;
        if (share === null) bar.removeAttribute("value");
        else bar.value = share;
        text.textContent = progress?.state === "waiting" ? `${say("waiting").replace("{n}", String(progress.ahead ?? 0))} · ${seconds}`
            : `${label} ${seconds}${share === null ? "" : ` · ${Math.floor(share * 100)} %`}`;
    };
    // What is there at once needs no word.
    const late = window.setTimeout(() => byId("views").append(box), 350);
    const tick = window.setInterval(() => {
        fetch(`/api/analyses/${task.mark}`, { signal: task.signal })
            .then(async (reply) => tell(reply.ok ? ((await reply.json()) as Progress) : null)).catch(() => undefined);
    }, 1000);
    return () => {
        window.clearTimeout(late);
        window.clearInterval(tick);
        box.remove();
    };
}

function fail(error: unknown): void {
    const box = make("div", "failed"), again = make("button", "", say("again"));
    const gone = error instanceof DOMException && error.name === "AbortError";
    const text = gone ? say("cancelled") : error instanceof Problem ? explain(error) : say("offline");
    box.setAttribute("role", "alert");
    box.append(make("p", "", text), again);
    again.addEventListener("click", () => void show());
    byId("views").replaceChildren(box);
    byId("views").classList.add("settled");
}

async function bitmapOf(shot: Shot, task: Task): Promise<ImageBitmap> {
    return createImageBitmap(await (await get(pictureUrl(shot), task)).blob());
}

function place(holder: HTMLElement, shot: Shot, bitmap: ImageBitmap, task: Task): void {
    const label = [named(shot.entry.name, titles[shot.entry.name]), shown?.place ?? "", shot.given.find(([name]) => name === "period")?.[1] ?? ""].join(" ");
    const view = new PictureView(holder, shot, bitmap, label, {
        opened: (code) => change({ place: code, box: "", area: "" }),
        boxed: (box) => change({ box, area: "", place: "" }),
        outlined: (places) => takeOutline(places),
        sketched: (n, cross) => tellSketch(n, cross),
        pointed: (at) => point(shot, at),
    });
    views.push(view);
    // Only maps have names to leave out, and places that lie somewhere.
    if (!isMap()) return;
    getJson<Outlines>(outlinesUrl(shot), task).then((outlines) => view.setOutlines(outlines)).catch(() => undefined);
}

/** Asks for everything that the state means; what was asked for before is no longer waited for. */
async function show(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    byId("views").classList.remove("settled");
    byId("views").classList.add("old");
    await fillPlaces().catch(() => undefined);
    if (mine.signal.aborted) return;
    fillForm();
    const task = { signal: mine.signal, mark: newMark() };
    const wanted = shots(), done = busy(say("loading"), task);
    try {
        const first = wanted[wanted.length - 1];
        if (first === undefined) return;
        const told = first.entry.files.includes("json") ? wanted : [];
        const [bitmaps, figures] = await Promise.all([
            Promise.all(wanted.map((shot) => bitmapOf(shot, task))),
            Promise.all(told.map((shot) => getJson<Figures>(dataUrl(shot, "json"), task))),
        ]);
        shown = figures[figures.length - 1] ?? null;
        besides = figures.length > 1 ? (figures[0] ?? null) : null;
        stopDrawing();
        for (const view of views) view.close();
        views = [];
        // All of them stand before any is filled: they share the width.
        const holders = wanted.map(() => make("div", "view"));
        byId("views").replaceChildren(...holders);
        wanted.forEach((shot, k) => {
            const holder = holders[k], bitmap = bitmaps[k];
            if (holder !== undefined && bitmap !== undefined) place(holder, shot, bitmap, task);
        });
        fillFigures(wanted);
        byId("views").classList.add("settled");
    } catch (error) {
        if (running === mine) fail(error);
    } finally {
        done();
        if (running === mine) byId("views").classList.remove("old");
    }
}

// ---- under the pointer ---------------------------------------------------------------------------------------------------------------

function rowOf(code: string): string {
    const k = shown?.columns.findIndex((column) => column.key === "code") ?? -1;
    const row = k >= 0 ? shown?.rows.find((cells) => cells[k] === code) : undefined;
    if (row === undefined || shown === null) return "";
    const wanted = ["incidents", "households", "per_1000", "z", "q", "sort"];
    return shown.columns.flatMap((column, c) => (wanted.includes(column.key) && row[c] !== null
        ? [`${titleOf(column)} ${cell(row[c] ?? null, column.decimals)}`] : [])).join(" · ");
}

const isMap = (): boolean => has("names");

function hint(): void {
    setText("pointer", isMap() ? say("hint") : "");
}

function point(shot: Shot, at: [number, number] | null): void {
    window.clearTimeout(pointing);
    if (at === null) {
        hint();
        return;
    }
    pointing = window.setTimeout(() => {
        const [x, y] = at, asked = running === null ? undefined : { signal: running.signal, mark: newMark() };
        getJson<Point>(dataUrl(shot, "json", [["at", `${x.toFixed(0)},${y.toFixed(0)}`]]), asked).then((found) => {
            const grid = found.grid === null ? say("outside") : `${found.grid.town} ${found.grid.name}`;
            const density = found.density_per_km2 === null ? "" : ` · ${say("density")} ${found.density_per_km2.toPrecision(3)} ${getLang() === "zh" ? "起/km²" : "per km²"}`;
            const row = found.grid === null ? "" : rowOf(found.grid.code);
            setText("pointer", `${say("at")}: ${grid}${density}${row === "" ? "" : ` · ${row}`}`);
        }).catch(() => undefined);
    }, 140);
}

// ---- figures -------------------------------------------------------------------------------------------------------------------------

const titleOf = (of: { title: string; title_en: string }): string => (getLang() === "zh" ? of.title : of.title_en);

function cell(value: string | number | null, decimals: number): string {
    if (value === null) return "—";
    if (typeof value === "string") return value;
    return value.toLocaleString("en-US", { maximumFractionDigits: decimals });
}

function section(title: string, ...children: (HTMLElement | null)[]): HTMLElement {
    const box = make("section", "");
    box.append(make("h2", "", title), ...children.filter((child): child is HTMLElement => child !== null));
    return box;
}

function factsOf(figures: Figures): HTMLElement {
    const list = make("dl", "");
    for (const fact of figures.facts) {
        const unit = getLang() === "zh" ? fact.unit : fact.unit_en;
        const write = (value: number | null): string => `${value === null ? "—" : cell(value, 2)} ${unit}`.trim();
        list.append(make("dt", "", titleOf(fact)), make("dd", "", write(fact.value)));
        const old = fact.key === "incidents" ? besides?.facts.find((other) => other.key === fact.key) : undefined;
        if (old !== undefined) list.append(make("dt", "", `${titleOf(fact)} (${say("old")})`), make("dd", "", write(old.value)));
    }
    return list;
}

/** What stands out first: surest first, else most first; days and hours as they follow. */
function sorted(figures: Figures): (string | number | null)[][] {
    const find = (key: string): number => figures.columns.findIndex((column) => column.key === key);
    const q = find("q"), p = find("p"), n = find("incidents");
    if (find("code") < 0) return figures.rows;
    const by = q >= 0 ? q : p;
    const number = (row: (string | number | null)[], k: number, none: number): number => {
        const value = k >= 0 ? row[k] : none;
        return typeof value === "number" ? value : none;
    };
    return [...figures.rows].sort((a, b) => number(a, by, 9) - number(b, by, 9) || number(b, n, 0) - number(a, n, 0));
}

function tableOf(figures: Figures): HTMLElement {
    const holder = make("div", "rows"), table = make("table", ""), head = make("tr", "");
    const columns = figures.columns.map((column, k) => ({ ...column, k })).filter((column) => column.key !== "code" && column.key !== "town");
    for (const column of columns) {
        const title = make("th", column.number ? "number" : "", titleOf(column));
        title.setAttribute("scope", "col");
        head.append(title);
    }
    table.append(head);
    for (const row of sorted(figures).slice(0, MAX_ROWS)) {
        const line = make("tr", "");
        for (const column of columns) line.append(make("td", column.number ? "number" : "", cell(row[column.k] ?? null, column.decimals)));
        table.append(line);
    }
    holder.tabIndex = 0;
    holder.setAttribute("role", "region");
    holder.setAttribute("aria-label", say("rows"));
    holder.append(table);
    return holder;
}

function copied(text: string, multiline: boolean): HTMLElement {
    const box = make("div", "copy"), field = make(multiline ? "pre" : "p", "", multiline ? "" : text), button = make("button", "", say("copy"));
    // An option stays with its value where the line is broken.
    const pieces = multiline ? text.split(/ (?=-)/) : [];
    pieces.forEach((piece, k) => field.append(k > 0 ? " " : "", make("span", "", piece)));
    field.tabIndex = 0;
    button.setAttribute("type", "button");
    button.addEventListener("click", () => {
        const selection = window.getSelection(), range = document.createRange();
        range.selectNodeContents(field);
        selection?.removeAllRanges();
        selection?.addRange(range);
        // The clipboard needs https or the local machine; elsewhere the text is chosen, for Ctrl+C.
        void navigator.clipboard?.writeText(text).then(() => (button.textContent = say("copied"))).catch(() => undefined);
    });
    box.append(field, button);
    return box;
}

function downloadsOf(shot: Shot): HTMLElement {
    const list = make("div", "files");
    for (const format of shot.entry.files) {
        const anchor = make("a", "", format.toUpperCase());
        anchor.setAttribute("href", PICTURES.includes(format) ? pictureUrl(shot, format) : dataUrl(shot, format));
        anchor.setAttribute("download", `${shot.entry.name}.${format}`);
        anchor.setAttribute("title", commandLine(shot, format));
        list.append(anchor);
    }
    return list;
}

function fillFigures(wanted: Shot[]): void {
    const first = wanted[wanted.length - 1];
    if (first === undefined) return;
    const used = shown?.facts.find((fact) => fact.key === "bandwidth_m")?.value;
    if (document.getElementById("chosen") !== null)
        setText("chosen", state.bandwidth === "" && typeof used === "number" ? `${say("chosen")} ${used} m` : "");
    const parts: HTMLElement[] = [];
    if (shown !== null) {
        const incidents = shown.facts.find((fact) => fact.key === "incidents");
        if (incidents?.value === 0) {
            const empty = make("p", "empty", say("empty"));
            empty.setAttribute("role", "status");
            parts.push(empty);
        }
        parts.push(section(say("facts"), factsOf(shown)));
        if (shown.caveats.length > 0) {
            const list = make("ul", "");
            for (const caveat of shown.caveats) list.append(make("li", "", getLang() === "zh" ? caveat.zh : caveat.en));
            parts.push(section(say("caveats"), list));
        }
    }
    parts.push(section(say("downloads"), downloadsOf(first)));
    const commands = make("div", "commands");
    for (const shot of wanted) commands.append(copied(commandLine(shot), true));
    commands.append(make("p", "note", say("commandNote")));
    parts.push(section(say("command"), commands));
    parts.push(section(say("link"), copied(location.origin + toAddress(state, getLang()), false)));
    if (shown !== null && shown.rows.length > 0) {
        const rest = shown.rows.length - MAX_ROWS;
        parts.push(section(say("rows"), tableOf(shown), rest > 0 ? make("p", "note", say("more").replace("{n}", String(rest))) : null));
    }
    byId("figures").replaceChildren(...parts);
}

// ---- choice --------------------------------------------------------------------------------------------------------------------------

function field(id: string, label: string, control: HTMLElement): HTMLElement {
    const box = make("div", "field"), caption = make("label", "", label);
    control.id = id;
    caption.setAttribute("for", id);
    box.append(caption, control);
    return box;
}

function choose(id: string, label: string, options: [string, string][], value: string, put: (value: string) => void): HTMLElement {
    const control = make("select", "") as HTMLSelectElement;
    for (const [name, title] of options) {
        const option = make("option", "", title) as HTMLOptionElement;
        option.value = name;
        control.append(option);
    }
    control.value = value;
    control.addEventListener("change", () => put(control.value));
    return field(id, label, control);
}

function input(id: string, label: string, type: string, value: string, put: (value: string, control: HTMLInputElement) => void): HTMLElement {
    const control = make("input", "") as HTMLInputElement;
    control.type = type;
    control.value = value;
    control.addEventListener("change", () => put(control.value, control));
    return field(id, label, control);
}

/** The focus comes back to what has an id. */
function button(text: string, press: () => void, name = "", id = ""): HTMLElement {
    const control = make("button", name, text);
    if (id !== "") control.id = id;
    control.setAttribute("type", "button");
    control.addEventListener("click", press);
    return control;
}

/** Says beside the control what is wrong with its value, in words that stay. */
function judge(control: HTMLInputElement | HTMLTextAreaElement, well: boolean, wrong: AnalyseWord): boolean {
    const told = `${control.id}-wrong`;
    document.getElementById(told)?.remove();
    control.setCustomValidity(well ? "" : say(wrong));
    control.toggleAttribute("aria-invalid", !well);
    if (well) return true;
    const words = make("p", "wrong", say(wrong));
    words.id = told;
    words.setAttribute("role", "alert");
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", told);
    control.parentElement?.append(words);
    return false;
}

function isBox(text: string): boolean {
    const parts = text.split(",").map(Number);
    const [west = 0, south = 0, east = 0, north = 0] = parts;
    return text === "" || (parts.length === 4 && parts.every(Number.isFinite) && west < east && south < north);
}

function group(title: string, ...children: (HTMLElement | null)[]): HTMLElement {
    const box = make("fieldset", "");
    box.append(make("legend", "", title), ...children.filter((child): child is HTMLElement => child !== null));
    return box;
}

const has = (option: string): boolean => entry(state.picture).options.includes(option);

/** First and last day of "2026-10-01/2026-10-31", or of so many days to the data's last. */
function ends(period: string): [string, string] {
    const [first = "", last = ""] = period.split("/");
    if (last !== "") return [first, last];
    return [dayAfter(overview.today, 1 - (Number(first) || 30)), overview.today];
}

function periodFields(prefix: string, period: string, put: (period: string) => void): HTMLElement {
    const box = make("div", "pair"), [first, last] = ends(period);
    const set = (from: string, to: string, control: HTMLInputElement): void => {
        const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
        if (judge(control, from !== "" && to !== "" && from <= to, "wrongPeriod") && judge(control, days <= 3660, "longPeriod")) put(`${from}/${to}`);
    };
    const other = (id: string): string => (byId(id) as HTMLInputElement).value;
    box.append(
        input(`${prefix}from`, say("from"), "date", first, (value, control) => set(value, other(`${prefix}to`), control)),
        input(`${prefix}to`, say("to"), "date", last, (value, control) => set(other(`${prefix}from`), value, control)),
    );
    return box;
}

function span(days: number): string {
    return `${dayAfter(overview.today, 1 - days)}/${overview.today}`;
}

function before(): string {
    const [first, last] = ends(state.period);
    const days = Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
    return `${dayAfter(first, -days)}/${dayAfter(first, -1)}`;
}

function yearBefore(): string {
    // 29 February has no day a year before: the 28th.
    const back = (day: string): string => {
        const [year = "", month = "", date = ""] = day.split("-");
        return `${Number(year) - 1}-${month}-${month === "02" && date === "29" ? "28" : date}`;
    };
    return ends(state.period).map(back).join("/");
}

function whenGroup(): HTMLElement {
    const quick = make("div", "buttons");
    for (const days of [7, 30, 90, 365])
        quick.append(button(`${say("last")} ${days} ${say("days")}`, () => change({ period: span(days) }), state.period === span(days) ? "on" : "", `last-${days}`));
    const comparable = has("against");
    const compare = make("div", "buttons");
    compare.append(
        button(say("before"), () => change({ against: before(), view: state.view === "now" ? "side" : state.view }), state.against === before() ? "on" : "", "before"),
        button(say("lastYear"), () => change({ against: yearBefore(), view: state.view === "now" ? "side" : state.view }), state.against === yearBefore() ? "on" : "", "year-before"),
    );
    if (state.against !== "") compare.append(button(say("clear"), () => change({ against: "" })));
    const second = make("div", "compare");
    second.append(make("p", "caption", say("compare")), compare);
    if (state.against !== "") second.append(periodFields("against-", state.against, (against) => change({ against })));
    return group(say("when"), periodFields("", state.period, (period) => change({ period })), quick, comparable ? second : null);
}

function typeGroup(): HTMLElement | null {
    if (!has("types")) return null;
    const list = make("div", "types"), chosen = new Set(state.types);
    list.tabIndex = 0;
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", say("types"));
    const toggle = (name: string, on: boolean): void => {
        if (on) chosen.add(name);
        else chosen.delete(name);
        change({ types: types.map((type) => type.name).filter((type) => chosen.has(type)) });
    };
    for (const [k, type] of types.entries()) {
        const label = make("label", type.name.includes("/") ? "below" : ""), box = make("input", "") as HTMLInputElement;
        box.type = "checkbox";
        box.id = `type-${k}`;
        box.checked = chosen.has(type.name);
        box.addEventListener("change", () => toggle(type.name, box.checked));
        label.append(box, make("span", "", type.name.slice(type.name.lastIndexOf("/") + 1)), make("small", "", String(type.count)));
        list.append(label);
    }
    const head = make("div", "buttons");
    head.append(make("span", "caption", state.types.length === 0 ? say("allTypes") : state.types.join("、")));
    if (state.types.length > 0) head.append(button(say("clear"), () => change({ types: [] })));
    return group(say("types"), head, list);
}

function whereGroup(): HTMLElement | null {
    if (!has("place") && !has("box")) return null;
    const parts: (HTMLElement | null)[] = [];
    const town = [...parents, { code: state.place }].find((place) => place.code.length === 9)?.code ?? "";
    const community = [...parents, { code: state.place }].find((place) => place.code.length === 12)?.code ?? "";
    if (has("place")) {
        const link = (place: PlaceLink): [string, string] => [place.code, place.name];
        parts.push(choose("town", say("town"), [["", say("county")], ...towns.map(link)], town, (code) => change({ place: code, box: "", area: "" })));
        if (town !== "")
            parts.push(choose("community", say("community"), [["", say("all")], ...communities.map(link)], community,
                (code) => change({ place: code === "" ? town : code, box: "", area: "" })));
    }
    if (has("box")) {
        const draw = make("div", "buttons");
        draw.append(button(say("draw"), startDrawing, "draw", "draw"), button(say("drawArea"), startOutline, "draw-area", "draw-area"));
        if (state.box + state.area !== "") draw.append(button(say("clear"), () => change({ box: "", area: "" }), "", "clear-area"));
        parts.push(draw, input("box", say("box"), "text", state.box, (text, control) => {
            const box = text.replace(/\s/g, "").replace(/，/g, ",");
            if (judge(control, isBox(box), "wrongBox")) change({ box, area: box === "" ? state.area : "", place: box === "" ? state.place : "" });
        }), areaField());
    }
    return group(say("where"), ...parts);
}

function howGroup(): HTMLElement | null {
    if (!has("kernel")) return null;
    const hint = make("p", "note");
    hint.id = "chosen";
    const kernels = KERNELS.map((kernel): [string, string] => [kernel, named(kernel)]);
    return group(
        say("how"),
        choose("kernel", say("kernel"), kernels, state.kernel || "gaussian", (kernel) => change({ kernel: kernel === "gaussian" ? "" : kernel })),
        input("bandwidth", say("bandwidth"), "text", state.bandwidth, (text, control) => {
            const bandwidth = text.trim();
            const well = bandwidth === "" || bandwidth === "auto" || (Number(bandwidth) >= 10 && Number(bandwidth) <= 50000);
            if (judge(control, well, "wrongBandwidth")) change({ bandwidth });
        }),
        hint,
    );
}

/** The outline by hand: places in metres, one a line; WKT and GeoJSON are taken too. */
function areaField(): HTMLElement {
    const control = make("textarea", "") as HTMLTextAreaElement;
    control.rows = state.area === "" ? 2 : 5;
    control.spellcheck = false;
    control.value = showArea(state.area);
    control.addEventListener("change", () => {
        const { area, wrong } = takeArea(control.value);
        if (judge(control, wrong === null, wrong ?? "wrongArea"))
            change({ area, box: area === "" ? state.box : "", place: area === "" ? state.place : "" });
    });
    return field("area", say("area"), control);
}

function startDrawing(): void {
    stopDrawing();
    const view = views[views.length - 1];
    if (view?.draw() === true) setText("pointer", say("drawing"));
}

// ---- an outline on the map -----------------------------------------------------------------------------------------------------------

function stopDrawing(): void {
    for (const view of views) view.stopDrawing();
    document.getElementById("sketch")?.remove();
    hint();
}

/** What can be done with it stands on the map, for those who have no keys. */
function startOutline(): void {
    stopDrawing();
    const view = views[views.length - 1];
    if (view === undefined) return;
    const box = make("div", ""), count = make("p", ""), wrong = make("p", "wrong");
    box.id = "sketch";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", say("drawArea"));
    count.id = "sketch-count";
    count.setAttribute("role", "status");
    wrong.id = "sketch-wrong";
    wrong.setAttribute("role", "alert");
    const tools = make("div", "buttons");
    tools.append(button(say("undoPlace"), () => view.undoPlace(), "", "sketch-undo"), button(say("closeArea"), () => view.closeArea(), "on", "sketch-close"),
        button(say("giveUp"), stopDrawing, "", "sketch-stop"));
    box.append(count, tools, wrong, make("p", "note", say("outlining")));
    byId("stage").append(box);
    if (!view.drawArea()) box.remove();
}

function tellSketch(n: number, cross: Place | null): void {
    if (document.getElementById("sketch") === null) return;
    const where = cross === null ? "" : ` · ${cross.map((metre) => metre.toFixed(0)).join(",")}`;
    setText("sketch-count", say("places").replace("{n}", String(n)).replace("{most}", String(MAX_PLACES)) + where);
    setText("sketch-wrong", "");
    (byId("sketch-undo") as HTMLButtonElement).disabled = n === 0;
}

function takeOutline(places: Place[]): boolean {
    const rounded = places.map((place): Place => [Math.round(place[0]), Math.round(place[1])]), wrong = judgePlaces(rounded);
    if (wrong !== null) {
        setText("sketch-wrong", say(wrong));
        return false;
    }
    document.getElementById("sketch")?.remove();
    change({ area: writeArea(rounded), box: "", place: "" });
    return true;
}

function fillTabs(): void {
    const compared = state.against !== "" && differenceOf(state.picture) !== "" && has("against");
    const tabs = byId("tabs");
    tabs.setAttribute("aria-label", say("views"));
    tabs.hidden = !compared;
    tabs.replaceChildren(...(["now", "old", "side", "change"] as View[]).map((view) => {
        const tab = button(say(view), () => change({ view }), state.view === view ? "on" : "", `view-${view}`);
        tab.setAttribute("aria-pressed", String(state.view === view));
        return tab;
    }));
}

/** The control that had the focus has it again after the form was made anew. */
function fillForm(): void {
    const focus = document.activeElement?.id ?? "", scroll = byId("choice").scrollTop;
    const typesAt = document.querySelector(".types")?.scrollTop ?? 0;
    const kinds = KINDS.filter((kind) => entries.has(kind)).map((kind): [string, string] => [kind, named(kind, titles[kind])]);
    const measures = measuresOf(state.picture).map((measure): [string, string] => [measure, named(measure, titles[measure])]);
    const first = measures[0]?.[0] ?? "";
    const parts = [
        group(say("what"),
            choose("kind", say("kind"), kinds, state.picture, (picture) => change({ picture })),
            has("measure") ? choose("measure", say("measure"), measures, state.measure || first, (measure) => change({ measure: measure === first ? "" : measure })) : null),
        whenGroup(), whereGroup(), howGroup(), typeGroup(),
    ];
    byId("choice").replaceChildren(...parts.filter((part): part is HTMLElement => part !== null));
    byId("choice").scrollTop = scroll;
    const list = document.querySelector(".types");
    if (list !== null) list.scrollTop = typesAt;
    if (focus !== "") document.getElementById(focus)?.focus();
    fillTabs();
    hint();
}

async function fillPlaces(): Promise<void> {
    parents = [];
    communities = [];
    if (state.place === "") return;
    const here = (await getJson<Overview>(`/api/overview?place=${encodeURIComponent(state.place)}`)).place;
    parents = [...here.parents, here];
    const town = parents.find((place) => place.level === "town");
    if (town === undefined) return;
    communities = here.level === "town" ? here.children : (await getJson<Overview>(`/api/overview?place=${town.code}`)).place.children;
    communities = communities.filter((place) => place.level === "community");
}

function setWords(): void {
    document.documentElement.lang = getLang() === "zh" ? "zh-CN" : "en";
    document.title = `${overview.county.name} ${say("title")}`;
    setText("title", `${overview.county.name} · ${say("title")}`);
    setText("home", say("home"));
    setText("lang", say("other"));
    setText("menu", say("menu"));
    byId("lang").setAttribute("lang", getLang() === "zh" ? "en" : "zh-CN");
    setText("until", `${say("until")} ${overview.today}`);
}

function readAddress(): void {
    setLang(new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");
    setWords();
    state = fromAddress(location.search, span(30));
}

function listen(): void {
    byId("choice").addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("popstate", () => {
        readAddress();
        void show();
    });
    window.addEventListener("keydown", (event) => {
        if (event.key === "Escape") stopDrawing();
    });
    // On a narrow page what is chosen from is folded away.
    byId("menu").addEventListener("click", () => {
        const open = document.body.classList.toggle("choosing");
        byId("menu").setAttribute("aria-expanded", String(open));
    });
    byId("lang").addEventListener("click", () => {
        setLang(getLang() === "zh" ? "en" : "zh");
        setWords();
        change({});
    });
    let late = 0;
    window.addEventListener("resize", () => {
        window.clearTimeout(late);
        late = window.setTimeout(() => void show(), 300);
    });
}

async function start(): Promise<void> {
    const [lists, first, kinds] = await Promise.all([
        getJson<{ pictures: PictureEntry[]; measures: { name: string; title: string }[] }>("/api/pictures"),
        getJson<Overview>("/api/overview"),
        getJson<{ types: TypeEntry[] }>("/api/types"),
    ]);
    overview = first;
    types = kinds.types;
    towns = first.place.children.filter((place) => place.level === "town");
    entries = new Map(lists.pictures.map((picture) => [picture.name, picture]));
    titles = Object.fromEntries([...lists.pictures, ...lists.measures].map(({ name, title }) => [name, title]));
    readAddress();
    history.replaceState(null, "", toAddress(state, getLang()));
    listen();
    await show();
}

start().catch(fail);
