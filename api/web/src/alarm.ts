// Alarms: live incidents of the named types, and grids that turn red. One at a time takes over the wall until somebody
// acknowledges it. What was acknowledged is kept by this wall's browser, so that a reload does not forget it.
import { makeOverlay, makePath, type Outlines } from "./drill";
import type { LiveIncident } from "./live";
import { fetchOverview, type Overview } from "./overview";
import { picturePath } from "./pictures";
import { getJson, type Scenes } from "./scenes";
import { byId, make, shortTime } from "./text";
import { word } from "./words";

const KEY = "countygrid.alarms";
const KEPT = 50;

interface Alarm {
    key: string;
    what: string;
    since: string; // ISO, local time
    grid: string | null;
    who: string;
    acknowledged?: string;
}

interface Kept {
    open: Alarm[];
    done: Alarm[];
    red: string[] | null; // grids that were red at the last look; null: never looked
}

export class Alarms {
    private kept: Kept = { open: [], done: [], red: null };
    private layer: HTMLElement | undefined;
    private shown: Alarm | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private put = new Set<string>(); // by the wall itself after hold_s: open, not on top

    constructor(private readonly rules: Scenes["alarm"]) {
        try {
            this.kept = { ...this.kept, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>) };
        } catch {
            // What another program wrote there is not ours.
        }
        this.tell();
        this.next();
    }

    private save(): void {
        this.kept.done = this.kept.done.slice(-KEPT);
        this.kept.open = this.kept.open.slice(-KEPT);
        localStorage.setItem(KEY, JSON.stringify(this.kept));
        this.tell();
    }

    private tell(): void {
        const { open, done } = this.kept;
        const last = done[done.length - 1];
        const parts = open.length > 0 ? [`▲ ${word("openAlarms")} ${open.length}`] : [];
        if (last?.acknowledged !== undefined) parts.push(`${word("acknowledged")} ${last.acknowledged}`);
        const line = byId("alarms");
        line.textContent = parts.join(" · ");
        line.classList.toggle("open", open.length > 0);
    }

    private isAlarm(type: string): boolean {
        return this.rules.types.some((rule) => type === rule || type.startsWith(`${rule}/`));
    }

    private whoAnswers(type: string): string {
        const rule = this.rules.answers.find((row) => row.type === "" || type === row.type || type.startsWith(`${row.type}/`));
        return rule?.who ?? "";
    }

    private raise(alarm: Alarm): void {
        const known = [...this.kept.open, ...this.kept.done].some((other) => other.key === alarm.key);
        if (known) return;
        this.kept.open.push(alarm);
        this.save();
        this.next();
    }

    /** Incidents as they come in. Corrections of one that is known are no new alarm. */
    told(incidents: LiveIncident[]): void {
        for (const row of incidents) {
            const type = row.type ?? "";
            if (row.status !== "new" || !this.isAlarm(type)) continue;
            this.raise({
                key: `${row.source}/${row.id}`,
                what: type.split("/").join(" · "),
                since: row.occurred,
                grid: row.grid,
                who: this.whoAnswers(type),
            });
        }
    }

    /** Figures of the whole county. */
    answered(overview: Overview): void {
        if (!this.rules.red || overview.place.level !== "county") return;
        const red = overview.warnings.rows.filter((row) => row.colour === "red").map((row) => row.code);
        const before = this.kept.red;
        this.kept.red = red;
        for (const code of red) {
            if (before === null || before.includes(code)) continue;
            this.raise({
                key: `red/${code}/${overview.now.slice(0, 10)}`,
                what: word("red"),
                since: overview.now,
                grid: code,
                who: this.whoAnswers(""),
            });
        }
        this.save();
    }

    get isOpen(): boolean {
        return this.shown !== undefined;
    }

    /** A key or a click. FALSE: there was nothing to acknowledge. */
    acknowledge(now: string): boolean {
        const alarm = this.shown;
        if (alarm === undefined) return false;
        this.kept.open = this.kept.open.filter((other) => other.key !== alarm.key);
        this.kept.done.push({ ...alarm, acknowledged: now });
        this.save();
        this.close();
        this.next();
        return true;
    }

    private next(): void {
        const alarm = this.kept.open.find((other) => !this.put.has(other.key));
        if (this.shown === undefined && alarm !== undefined) void this.show(alarm);
    }

    private close(): void {
        clearTimeout(this.timer);
        const layer = this.layer;
        this.layer = undefined;
        this.shown = undefined;
        layer?.classList.remove("in");
        // Gone when it has slid out; a wall without animations tells no end of one.
        setTimeout(() => layer?.remove(), 800);
    }

    private async show(alarm: Alarm): Promise<void> {
        this.shown = alarm;
        const layer = make("div", "alarm");
        layer.setAttribute("role", "alertdialog");
        layer.setAttribute("aria-label", word("alarm"));
        const map = make("div", "map picture");
        const where = make("dd", "", alarm.grid ?? word("elsewhere"));
        const who = make("dd", "", alarm.who === "" ? word("centre") : alarm.who);
        layer.append(map, this.makeCard(alarm, where, who));
        this.layer = layer;
        byId("stage").append(layer);
        layer.getBoundingClientRect(); // so that the slide has a beginning
        layer.classList.add("in");
        if (this.rules.hold_s > 0)
            this.timer = setTimeout(() => {
                this.put.add(alarm.key);
                this.close();
                this.next();
            }, this.rules.hold_s * 1000);
        await this.fill(alarm, map, where, who).catch(() => map.classList.add("old"));
    }

    private makeCard(alarm: Alarm, where: HTMLElement, who: HTMLElement): HTMLElement {
        const card = make("section", "card");
        const list = make("dl", "");
        const rows: [string, HTMLElement][] = [
            [word("what"), make("dd", "what", alarm.what)],
            [word("where"), where],
            [word("since"), make("dd", "", shortTime(alarm.since))],
            [word("who"), who],
        ];
        for (const [name, value] of rows) list.append(make("dt", "", name), value);
        card.append(make("h2", "", `▲ ${word("alarm")}`), list, make("p", "hint", word("press")));
        return card;
    }

    /** The map of the community that holds the grid, the grid marked on it. */
    private async fill(alarm: Alarm, map: HTMLElement, where: HTMLElement, who: HTMLElement): Promise<void> {
        const options: Record<string, string | number> = {};
        if (alarm.grid !== null) {
            const { place } = await fetchOverview(15000, alarm.grid);
            const parents = place.parents.filter((parent) => parent.level !== "county");
            const town = parents.find((parent) => parent.level === "town")?.name ?? "";
            where.textContent = `${town} ${place.label}`.trim();
            const inside = parents[parents.length - 1];
            if (inside !== undefined) options["place"] = inside.code;
            const office = town === "" ? word("centre") : `${town}${word("centre")}`;
            if (alarm.who === "") who.textContent = office;
            options["mark"] = alarm.grid;
        }
        const path = picturePath("map", map, options);
        const outlines = await getJson<Outlines>(`/api/outlines/${path}`, 15000);
        delete options["mark"];
        const image = new Image();
        image.alt = where.textContent ?? "";
        image.src = `/api/render/${picturePath("map", map, options)}`;
        await image.decode();
        map.replaceChildren(image);
        if (outlines.mark === undefined) return;
        const svg = makeOverlay(outlines);
        svg.setAttribute("aria-hidden", "true");
        svg.append(makePath(outlines.mark, "pulse"));
        map.append(svg);
    }
}
