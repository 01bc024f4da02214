// Alarms: live incidents of the named types, and grids that turn red. One at a time takes over the wall until somebody
// acknowledges it, here or at another wall: the server keeps that and tells all of them. What is still open is kept by this
// wall's browser, so that a reload does not forget it; a wall that was not there when it was told learns of it from the server.
import { makeOverlay, makePath, makePoint, type Outlines } from "./drill";
import type { LiveIncident } from "./live";
import { fetchOverview, type Overview } from "./overview";
import { picturePath } from "./pictures";
import { getJson, type Scenes } from "./scenes";
import { ageText, byId, localTime, make, shortTime } from "./text";
import { word } from "./words";

const KEY = "countygrid.alarms";
const KEPT = 50;

interface Alarm {
    key: string;
    what: string;
    since: string; // ISO, local time
    grid: string | null;
    who: string;
    place?: [x: number, y: number]; // metres of the county's coordinate system
}

/** As the server keeps it. */
export interface Acknowledged {
    alarm: string;
    at: string; // ISO, local time
    screen: string;
}

interface Kept {
    open: Alarm[];
    done: Acknowledged[];
    unsent: string[]; // acknowledged here, not yet known to the server
    red: string[] | null; // grids that were red at the last look; null: never looked
}

export class Alarms {
    private kept: Kept = { open: [], done: [], unsent: [], red: null };
    private layer: HTMLElement | undefined;
    private shown: Alarm | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private put = new Set<string>(); // by the wall itself after hold_s: open, not on top
    private age: HTMLElement | undefined;

    constructor(
        private readonly rules: Scenes["alarm"],
        private readonly screen: string, // by which other walls know this one
        private readonly now: () => Date,
    ) {
        try {
            const before = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>;
            this.kept = { ...this.kept, ...before, done: (before.done ?? []).filter((one) => typeof one.alarm === "string") };
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
        if (last !== undefined) parts.push(`${word("acknowledged")} ${last.at.slice(11, 16)}${last.screen === "" ? "" : ` ${last.screen}`}`);
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
        const known = this.kept.open.some((other) => other.key === alarm.key) || this.kept.done.some((other) => other.alarm === alarm.key);
        if (known) return;
        this.kept.open.push(alarm);
        this.save();
        this.next();
    }

    /** Incidents as they come in. Corrections of one that is known are no new alarm. */
    told(incidents: LiveIncident[]): void {
        for (const row of incidents) {
            if (row.status === "withdrawn") this.drop(`${row.source}/${row.id}`);
            if (row.status === "new" && this.isAlarm(row.type ?? "")) this.raiseIncident(row);
        }
    }

    private raiseIncident(row: LiveIncident): void {
        const type = row.type ?? "";
        this.raise({
            key: `${row.source}/${row.id}`,
            what: type.split("/").join(" · "),
            since: row.occurred,
            grid: row.grid,
            who: this.whoAnswers(type),
            ...(row.x === undefined || row.y === undefined ? {} : { place: [row.x, row.y] as [number, number] }),
        });
    }

    /** No longer open: withdrawn, or acknowledged somewhere. */
    private drop(key: string): void {
        const before = this.kept.open.length;
        this.kept.open = this.kept.open.filter((other) => other.key !== key);
        if (this.kept.open.length === before) return;
        this.save();
        if (this.shown?.key !== key) return;
        this.close();
        this.next();
    }

    /** At any wall. */
    acknowledged(one: Acknowledged): void {
        const at = this.kept.done.findIndex((other) => other.alarm === one.alarm);
        if (at < 0) this.kept.done.push(one);
        else this.kept.done[at] = one;
        this.kept.unsent = this.kept.unsent.filter((key) => key !== one.alarm);
        this.save();
        this.drop(one.alarm);
    }

    /** What came and what other walls did while this one was away, and what this one did meanwhile. */
    async ask(): Promise<void> {
        try {
            const { acknowledged, open } = await getJson<{ acknowledged: Acknowledged[]; open: LiveIncident[] }>("/api/alarms", 10000);
            for (const one of acknowledged.slice(-KEPT)) this.acknowledged(one);
            for (const key of [...this.kept.unsent]) await this.send(key);
            for (const row of open) this.raiseIncident(row);
        } catch {
            // Without the server this wall keeps them for itself.
        }
    }

    private async send(key: string): Promise<void> {
        const reply = await fetch("/api/alarms", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ alarm: key, screen: this.screen }),
        }).catch(() => undefined);
        if (reply?.ok === true) this.acknowledged((await reply.json()) as Acknowledged);
        else if (reply?.status !== 503) this.kept.unsent = this.kept.unsent.filter((other) => other !== key || reply === undefined);
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
    acknowledge(live: boolean): boolean {
        const alarm = this.shown;
        if (alarm === undefined) return false;
        if (live) this.kept.unsent.push(alarm.key);
        const unsent = this.kept.unsent;
        this.acknowledged({ alarm: alarm.key, at: localTime(this.now()).toISOString().slice(0, 19), screen: live ? this.screen : "" });
        this.kept.unsent = unsent; // until the server knows
        this.save();
        if (live) void this.send(alarm.key);
        return true;
    }

    /** An alarm lives so long after its time, acknowledged or not: a browser that was off for days has no old ones. */
    private forget(): void {
        const most = this.rules.life_h * 3600;
        for (const alarm of this.kept.open.filter((other) => this.secondsSince(other) > most)) this.drop(alarm.key);
    }

    second(): void {
        this.forget();
        if (this.shown !== undefined && this.age !== undefined) this.age.textContent = this.ageOf(this.shown);
    }

    private secondsSince(alarm: Alarm): number {
        const since = Date.parse(/[Z+]/.test(alarm.since.slice(19)) ? alarm.since : `${alarm.since}+08:00`);
        return (this.now().getTime() - since) / 1000;
    }

    private ageOf(alarm: Alarm): string {
        return ageText(Math.max(0, this.secondsSince(alarm)));
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
        const since = make("dd", "", shortTime(alarm.since));
        this.age = make("small", "age", this.ageOf(alarm));
        since.append(this.age);
        const rows: [string, HTMLElement][] = [
            [word("what"), make("dd", "what", alarm.what)],
            [word("where"), where],
            [word("since"), since],
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
        const svg = makeOverlay(outlines);
        svg.setAttribute("aria-hidden", "true");
        if (outlines.mark !== undefined) svg.append(makePath(outlines.mark, "pulse"));
        if (alarm.place !== undefined) svg.append(...makePoint(outlines, alarm.place));
        map.append(svg);
    }
}
