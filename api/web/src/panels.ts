// Panels made of text: key figures, warnings, latest incidents.
import { byId, count, countParts, make, setText, shortTime } from "./text";
import { estimateMark } from "./overview";
import type { Change, Colour, Incident, Overview, Warning } from "./overview";

const colourWords: Record<Colour, string> = { red: "红", orange: "橙", yellow: "黄", blue: "蓝" };
const colours: Colour[] = ["red", "orange", "yellow", "blue"];

function figure(name: string, value: number, unit: string): HTMLElement {
    const cell = make("div", "figure");
    const [digits, scale] = countParts(value);
    const line = make("p", "value", digits);
    line.append(make("small", "", `${scale}${unit}`));
    cell.append(make("p", "name", name), line);
    return cell;
}

function change(name: string, value: Change): HTMLElement {
    const line = make("span", `change ${value.direction === "new" ? "up" : value.direction}`);
    line.append(make("span", "against", name), make("b", "", value.direction === "none" ? "-" : value.text));
    return line;
}

export function showFigures(overview: Overview): void {
    const numbers = overview.numbers;
    const day = overview.today_is_now ? "今日" : `${overview.today.slice(5)} `;
    const today = figure(`${day}事件（至 ${numbers.today.until.slice(11, 16)}）`, numbers.today.count, "起");
    const changes = make("div", "changes");
    changes.append(change("较前日同时段", numbers.today.yesterday), change("同比", numbers.today.last_year));
    const body = byId("figures-body");
    body.replaceChildren(
        figure("网格", numbers.grids, "个"),
        figure(`户数${estimateMark(numbers, "households")}`, numbers.households, "户"),
        figure(`人口${estimateMark(numbers, "population")}`, numbers.population, "人"),
        today,
        changes,
    );
    setText("figures-period", overview.data_until === null ? "暂无事件" : `数据截至 ${shortTime(overview.data_until)}`);
    const unsure = numbers.today.yesterday.unsure || numbers.today.last_year.unsure;
    const more: [string, string][] = [
        ...(unsure ? [["△", "少于 10 起，不稳定"] as [string, string]] : []),
        ["未办结", numbers.open === null ? "-" : count(numbers.open)],
        ["近 30 天办结率", numbers.settlement_rate === null ? "-" : `${(100 * numbers.settlement_rate).toFixed(1)} %`],
        ...(numbers.outside_30_days > 0 ? [["近 30 天网格外", count(numbers.outside_30_days)] as [string, string]] : []),
        ...numbers.cameras.classes.map((row): [string, string] => [cameraName(row.name), count(row.count)]),
    ];
    byId("figures-more").replaceChildren(
        ...more.map(([name, value]) => {
            const item = make("span", "item", `${name} `);
            item.append(make("b", "", value));
            return item;
        }),
    );
}

function cameraName(name: string): string {
    return /^[A-Z]$/.test(name) ? `${name} 类摄像头` : name;
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

function warningRow(row: Warning): HTMLElement {
    const line = make("div", "row");
    line.append(
        make("b", `tag ${row.colour}`, colourWords[row.colour]),
        make("span", "where", row.label),
        make("span", "reason", `${row.count} 起 · ${row.limit === null ? `周均 ${row.usual.toFixed(1)}` : `上限 ${row.limit}`}`),
    );
    line.title = row.reason;
    return line;
}

export function showWarnings(overview: Overview): void {
    const warnings = overview.warnings;
    byId("warnings-count").replaceChildren(
        ...colours.map((colour) => {
            const item = make("span", "level");
            item.append(make("b", `tag ${colour}`, colourWords[colour]), make("span", "", String(warnings[colour])));
            return item;
        }),
    );
    const range = overview.range;
    const out = range.above + range.below - range.by_rule;
    byId("warnings-foot").replaceChildren(
        make("p", "", `户数超限 ${out} 个${out > 0 ? `（有证明 ${range.certified - range.by_rule}）` : ""} · 按规定不限 ${range.by_rule} 个`),
        make("p", "", warnings.by_chance === null ? warnings.rule : `${warnings.rule}，平常也有约 ${Math.round(warnings.by_chance)} 个`),
    );
    const rows = warnings.rows.map(warningRow);
    fill(byId("warnings-list"), rows.length > 0 ? rows : [make("p", "empty", "近 7 日无预警网格")]);
}

// ---- ticker: a page of whole rows at a time, so that nothing on the wall moves while it is read

let latest: Incident[] = [];
let day = "";
let first = 0;

/** With the date where the list goes back beyond the day shown. */
function incidentRow(row: Incident, today: string): HTMLElement {
    const line = make("div", "row");
    const leaf = (row.type ?? "未分类").split("/").pop() ?? "";
    line.append(
        make("span", "time", row.time.startsWith(today) ? row.time.slice(11, 16) : shortTime(row.time)),
        make("span", "type", leaf),
        make("span", "where", row.label),
        make("span", row.settled === true ? "state done" : "state", row.state ?? ""),
    );
    return line;
}

export function showLatest(overview: Overview): void {
    latest = overview.latest;
    day = overview.today;
    first = 0;
    turnLatest(0);
    setText("latest-period", latest[0] === undefined ? "" : shortTime(latest[0].time));
}

/** Moves on by the rows that fitted last time. */
export function turnLatest(step: number): void {
    const list = byId("latest-list");
    if (latest.length === 0) {
        list.replaceChildren(make("p", "empty", "暂无事件"));
        return;
    }
    first = (first + step) % latest.length;
    const rows = [...latest.slice(first), ...latest.slice(0, first)].map((row) => incidentRow(row, day));
    list.dataset.shown = String(fill(list, rows));
}

export function nextLatest(): void {
    turnLatest(Number(byId("latest-list").dataset.shown ?? "0"));
}
