// Panels made of text: key figures, warnings, latest incidents, places below, clock.
import { estimateMark } from "./overview";
import type { Change, Colour, Incident, Overview, Warning } from "./overview";
import { clockText, count, countParts, make, shortTime } from "./text";
import { colourWord, getLang, unit, word } from "./words";

const colours: Colour[] = ["red", "orange", "yellow", "blue"];

export interface LivePanel {
    show(overview: Overview): void;
    /** Something moves on: called every few seconds. */
    turn?(): void;
    second?(now: Date): void;
}

function heading(host: HTMLElement, title: string, name = make("span", "")): HTMLElement {
    const line = make("h2", "");
    name.textContent = title;
    const small = make("small", "");
    line.append(name, small);
    host.append(line);
    return small;
}

// ---- key figures

function figure(name: string, value: number, suffix: string): HTMLElement {
    const cell = make("div", "figure");
    const [digits, scale] = countParts(value);
    const line = make("p", "value", digits);
    line.append(make("small", "", `${scale}${suffix}`));
    cell.append(make("p", "name", name), line);
    return cell;
}

function change(name: string, value: Change): HTMLElement {
    const line = make("span", `change ${value.direction === "new" ? "up" : value.direction}`);
    line.append(make("span", "against", name), make("b", "", value.direction === "none" ? "-" : value.text));
    return line;
}

function cameraName(name: string): string {
    return /^[A-Z]$/.test(name) ? `${name} ${word("camera")}` : name;
}

function otherFigures(overview: Overview): [string, string][] {
    const numbers = overview.numbers;
    const unsure = numbers.today.yesterday.unsure || numbers.today.last_year.unsure;
    const rows: [string, string][] = unsure ? [["△", word("few")]] : [];
    rows.push([word("open"), numbers.open === null ? "-" : count(numbers.open)]);
    rows.push([
        word("settled"),
        numbers.settlement_rate === null ? "-" : `${(100 * numbers.settlement_rate).toFixed(1)} %`,
    ]);
    if (numbers.outside_30_days > 0) rows.push([word("outside"), count(numbers.outside_30_days)]);
    for (const row of numbers.cameras.classes) rows.push([cameraName(row.name), count(row.count)]);
    return rows;
}

export function makeFigures(host: HTMLElement, title: string): LivePanel {
    const name = make("span", "");
    const small = heading(host, title, name);
    const body = make("div", "figures-body");
    const more = make("div", "figures-more");
    host.append(body, more);
    return {
        show(overview) {
            const numbers = overview.numbers;
            const place = overview.place;
            if (place.level !== "county") name.textContent = getLang() === "zh" ? `${place.label}概况` : place.label;
            const day = overview.today_is_now ? word("today") : overview.today.slice(5);
            const gap = getLang() === "zh" && overview.today_is_now ? "" : " ";
            const changes = make("div", "changes");
            changes.append(change(word("yesterday"), numbers.today.yesterday), change(word("year"), numbers.today.last_year));
            const until = numbers.today.until.slice(11, 16);
            const label = getLang() === "zh" ? `${day}${gap}事件（至 ${until}）` : `${day}, to ${until}`;
            body.replaceChildren(
                figure(word("grids"), numbers.grids, unit("个")),
                figure(`${word("households")}${estimateMark(numbers, "households")}`, numbers.households, unit("户")),
                figure(`${word("population")}${estimateMark(numbers, "population")}`, numbers.population, unit("人")),
                figure(label, numbers.today.count, unit("起")),
                changes,
            );
            small.textContent =
                overview.data_until === null ? word("noEvents") : `${word("until")} ${shortTime(overview.data_until)}`;
            more.replaceChildren(
                ...otherFigures(overview).map(([what, value]) => {
                    const item = make("span", "item", `${what} `);
                    item.append(make("b", "", value));
                    return item;
                }),
            );
        },
    };
}

/** Whole rows only: rows that do not fit are taken out again. Gives how many stayed. */
function fill(list: HTMLElement, rows: HTMLElement[]): number {
    list.replaceChildren(...rows);
    const bottom = list.getBoundingClientRect().bottom;
    let shown = rows.length;
    while (shown > 0 && (rows[shown - 1] as HTMLElement).getBoundingClientRect().bottom > bottom + 0.5) {
        shown -= 1;
        (rows[shown] as HTMLElement).remove();
    }
    return shown;
}

// ---- warnings

function warningRow(row: Warning, open: (code: string) => void): HTMLElement {
    const line = make("button", "row");
    line.append(
        make("b", `tag ${row.colour}`, colourWord(row.colour)),
        make("span", "where", row.label),
        make("span", "reason", `${row.count}${unit(" 起")} · ${row.limit === null ? `${word("usual")} ${row.usual.toFixed(1)}` : `${word("limit")} ${row.limit}`}`),
    );
    line.title = row.reason;
    line.addEventListener("click", () => open(row.code));
    return line;
}

/** In the words and numbers of what `split` says of the plan. */
function rangeText(range: Overview["range"]): string {
    const parts: string[] = [];
    const proved = range.certified - range.by_rule;
    if (range.by_rule > 0) parts.push(`${word("byRule")} ${range.by_rule}`);
    if (proved > 0) parts.push(`${word("proved")} ${proved}`);
    if (range.unknown > 0) parts.push(`${word("unproved")} ${range.unknown}`);
    const brackets = getLang() === "zh" ? ["（", "）", "、"] : [" (", ")", ", "];
    const why = parts.length > 0 ? `${brackets[0]}${parts.join(brackets[2])}${brackets[1]}` : "";
    return `${word("households")} ${word("above")} ${range.above} · ${word("below")} ${range.below}${why}`;
}

function ruleText(warnings: Overview["warnings"]): string {
    if (warnings.by_chance === null) return warnings.rule;
    const number = Math.round(warnings.by_chance);
    if (getLang() === "zh") return `${warnings.rule}，平常${number > 0 ? `也有约 ${number} 个` : "几乎没有"}`;
    return `${warnings.rule}; ${number > 0 ? `about ${number}` : "hardly any"} in usual weeks`;
}

export function makeWarnings(host: HTMLElement, title: string, open: (code: string) => void): LivePanel {
    heading(host, title).textContent = word("warningSpan");
    const counts = make("div", "warnings-count");
    const list = make("div", "list warnings-list");
    const foot = make("footer", "warnings-foot");
    host.append(counts, list, foot);
    return {
        show(overview) {
            const warnings = overview.warnings;
            counts.replaceChildren(
                ...colours.map((colour) => {
                    const item = make("span", "level");
                    item.append(make("b", `tag ${colour}`, colourWord(colour)), make("span", "", String(warnings[colour])));
                    return item;
                }),
            );
            foot.replaceChildren(make("p", "", rangeText(overview.range)), make("p", "", ruleText(warnings)));
            const rows = warnings.rows.map((row) => warningRow(row, open));
            fill(list, rows.length > 0 ? rows : [make("p", "empty", word("noWarnings"))]);
        },
    };
}

// ---- ticker: the newest stays on top, what is older goes by below it a page of whole rows at a time

const FRESH_MS = 12_000;

/** A text that breaks only between a community and its grid, where it has to: "翠屏园社区|第11网格". */
function whereText(row: Incident): HTMLElement {
    const cell = make("span", "where");
    const grid = row.grid !== null && row.label.endsWith(row.grid) ? row.grid : "";
    const community = row.label.slice(0, row.label.length - grid.length);
    const own = row.community !== null && grid === row.label && grid.startsWith(row.community) ? row.community : community;
    for (const part of [own, row.label.slice(own.length)]) if (part !== "") cell.append(make("span", "whole", part));
    return cell;
}

/** With the date where the list goes back beyond the day shown. */
function incidentRow(row: Incident, today: string): HTMLElement {
    const line = make("div", "row");
    const leaf = (row.type ?? word("untyped")).split("/").pop() ?? "";
    line.append(
        make("span", "time", row.time.startsWith(today) ? row.time.slice(11, 16) : shortTime(row.time)),
        make("span", "type", leaf),
        whereText(row),
        make("span", row.settled === true ? "state done" : "state", row.state ?? ""),
    );
    return line;
}

function keyOf(row: Incident): string {
    return row.seq === null ? `${row.time} ${row.type ?? ""} ${row.label}` : String(row.seq);
}

export function makeTicker(host: HTMLElement, title: string): LivePanel {
    const small = heading(host, title);
    const list = make("div", "list latest-list");
    host.append(list);
    let latest: Incident[] = [];
    let day = "";
    let from = 1; // of the page below the newest
    let shown = 0;
    const fresh = new Map<string, number>(); // until when a row is marked
    let known: Set<string> | undefined;
    const tell = (): void => {
        const newest = latest[0];
        const all = shown >= latest.length ? "" : ` · ${from + 1}–${from + shown - 1} / ${latest.length}`;
        small.textContent = newest === undefined ? "" : `${shortTime(newest.time)}${all}`;
    };
    const write = (): void => {
        if (latest.length === 0) {
            list.replaceChildren(make("p", "empty", word("noEvents")));
            shown = 0;
        } else {
            const page = [latest[0] as Incident, ...latest.slice(from)];
            const rows = page.map((row, k) => {
                const line = incidentRow(row, day);
                if (k === 0) line.classList.add("newest");
                line.classList.toggle("fresh", fresh.has(keyOf(row)));
                line.dataset["key"] = keyOf(row);
                return line;
            });
            shown = fill(list, rows);
        }
        tell();
    };
    return {
        show(overview) {
            latest = overview.latest;
            day = overview.today;
            const keys = latest.map(keyOf);
            const came = known === undefined ? [] : keys.filter((key) => known?.has(key) === false);
            for (const key of came) fresh.set(key, performance.now() + FRESH_MS);
            if (came.length > 0 || known === undefined || from >= latest.length) from = 1;
            known = new Set(keys);
            write();
        },
        turn() {
            if (shown >= latest.length || shown < 2) return;
            from = from + shown - 1 >= latest.length ? 1 : from + shown - 1;
            write();
        },
        second() {
            const now = performance.now();
            for (const [key, until] of fresh) if (until < now) fresh.delete(key);
            for (const line of list.querySelectorAll<HTMLElement>(".fresh"))
                line.classList.toggle("fresh", fresh.has(line.dataset["key"] ?? ""));
        },
    };
}

// ---- what lies below the place shown

export function makePlaces(host: HTMLElement, title: string, open: (code: string) => void): LivePanel {
    const small = heading(host, title);
    const list = make("div", "list places-list");
    host.append(list);
    let rows: Overview["place"]["children"] = [];
    let first = 0;
    let shown = 0;
    const write = (): void => {
        if (rows.length === 0) {
            list.replaceChildren(make("p", "empty", word("nothingBelow")));
            return;
        }
        shown = fill(
            list,
            rows.slice(first).map((row) => {
                const line = make("button", "row");
                line.dataset["code"] = row.code;
                line.append(
                    make("span", "where", row.name),
                    make("span", "reason", `${count(row.households)}${unit(" 户")}`),
                    make("b", "number", `${count(row.count)}${unit(" 起")}`),
                );
                line.addEventListener("click", () => open(row.code));
                return line;
            }),
        );
    };
    return {
        show(overview) {
            rows = [...overview.place.children].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
            first = 0;
            small.textContent = word("days30");
            write();
        },
        turn() {
            if (shown >= rows.length) return;
            first = first + shown >= rows.length ? 0 : first + shown;
            write();
        },
    };
}

export function makeClock(host: HTMLElement): LivePanel {
    const text = make("p", "clock");
    host.append(text);
    return {
        show() {},
        second(now) {
            text.textContent = clockText(now);
        },
    };
}
