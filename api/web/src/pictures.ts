// Panels drawn by the server at the true pixels of the wall. The last picture stays until the next one is whole.
import type { PanelEntry } from "./scenes";
import { dayAfter, make } from "./text";
import {getLang} from "./words";

const PATIENCE_MS = 30_000; // a picture that takes longer is given up; the next frame asks again

/** Hundred units --u of screen.css in pixels: body text is 1.9 of them, so drawings and page write alike. */
export function screenPx(): number {
    return (parseFloat(getComputedStyle(document.body).fontSize) / 1.9) * 100;
}

export function picturePath(name: string, box: HTMLElement, more: Record<string, string | number>): string {
    const ratio = window.devicePixelRatio || 1;
    const rect = box.getBoundingClientRect();
    const query = new URLSearchParams({
        w: String(Math.max(16, Math.round(rect.width * ratio))),
        h: String(Math.max(16, Math.round(rect.height * ratio))),
        screen: String(Math.round(screenPx() * ratio)),
    });
    if (getLang () === "en")
        query.set("lang", "en");
    for (const [key, value] of Object.entries(more)) if (value !== "") query.set(key, String(value));
    return `${name}?${query.toString()}`;
}

/** What a picture shows: version is "44-2026-11-21" of the data and the day, frame that of a film. */
interface What {
    version: string;
    place: string;
    today: string;
    frame: number;
}

/** A picture that was fetched and not yet shown; without an image it is the one that is shown already. */
export interface Ready {
    url: string;
    what: What;
    image?: HTMLImageElement;
    isOther?: boolean; // of other data than asked for
    isLost?: boolean;
}

/** "44" of "44-2026-11-21". */
function dataOf(version: string): string {
    return version.slice(0, version.indexOf("-"));
}

export class Picture {
    readonly box = make("div", "box");
    private shown = "";
    private asked = 0; // number of the request that is under way
    private number = 0;
    private now: What; // shown
    private timer: ReturnType<typeof setTimeout> | undefined;
    private gone = false;
    private readonly ticks: HTMLElement[] = [];
    private readonly date = make("span", "date");
    /** Called with the path of each picture that has come. */
    onShown: (() => void) | undefined;

    constructor(
        readonly entry: PanelEntry,
        private readonly takesPlace: boolean,
        private readonly host: HTMLElement,
    ) {
        this.now = { version: "", place: "", today: "", frame: entry.play?.frames ?? 0 };
        host.append(this.box);
        if (entry.play !== undefined) host.append(this.makeTimeline(entry.play.frames));
    }

    private makeTimeline(frames: number): HTMLElement {
        const line = make("div", "timeline");
        const bar = make("div", "ticks");
        for (let k = 0; k < frames; k += 1) this.ticks.push(make("i", ""));
        bar.append(...this.ticks);
        line.append(bar, this.date);
        return line;
    }

    /** Parameters of the picture beside its size. */
    options({ place, frame } = this.now): Record<string, string | number> {
        const more: Record<string, string | number> = { ...this.entry.parameters };
        if (this.takesPlace && place !== "" && more["place"] === undefined) more["place"] = place;
        if (this.entry.play !== undefined) {
            more["period"] ??= this.entry.play.frames;
            more["frame"] = frame;
        }
        return more;
    }

    get isShown(): boolean {
        return this.shown !== "";
    }

    private address(what: What): string {
        return `/api/render/${picturePath(this.entry.picture ?? "", this.box, { ...this.options(what), v: what.version })}`;
    }

    /** What the next frame of the wall shows here. version names the data and the day that the picture shall show. */
    async prepare(version: string, place: string, today: string): Promise<Ready> {
        return this.fetch({ version, place, today, frame: this.now.frame });
    }

    private async fetch(what: What): Promise<Ready> {
        const url = this.address(what);
        const ready: Ready = { url, what };
        if (this.gone || url === this.shown) return ready;
        const number = (this.number += 1);
        this.asked = number;
        try {
            const reply = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MS) });
            if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
            // The server has gone on and does not keep what was asked for.
            ready.isOther = reply.headers.get("Data-Version") !== dataOf(what.version);
            const image = new Image();
            image.alt = this.host.getAttribute("aria-label") ?? "";
            image.src = URL.createObjectURL(await reply.blob());
            await image.decode().finally(() => URL.revokeObjectURL(image.src));
            ready.image = image;
        } catch {
            // Away or busy: the last picture stays, the next round asks again.
            ready.isLost = true;
        }
        if (this.asked === number) this.asked = 0;
        return ready;
    }

    /** Shows what was made ready. */
    put(ready: Ready): void {
        if (this.gone) return;
        if (ready.isLost === true) {
            this.host.classList.toggle("old", this.isShown);
            return;
        }
        this.now = ready.what;
        this.host.classList.remove("old");
        this.host.dataset["version"] = dataOf(ready.what.version);
        if (this.entry.play !== undefined && this.timer === undefined) this.plan(this.entry.play.rest_s);
        if (ready.image === undefined) return;
        this.shown = ready.url;
        const before = this.box.querySelector("img");
        if (before === null) this.box.prepend(ready.image);
        else before.replaceWith(ready.image);
        this.tell();
        this.onShown?.();
    }

    /** The same data anew: another size, another frame of a film. */
    async load(frame = this.now.frame): Promise<void> {
        if (this.now.version === "" || this.gone) return;
        const before = this.now;
        const ready = await this.fetch({ ...before, frame });
        // Meanwhile a whole frame of the wall came, or the server does not keep these data any more: then one will.
        if (this.now === before && ready.isOther !== true) this.put(ready);
    }

    private tell(): void {
        if (this.entry.play === undefined) return;
        const { frame, today } = this.now;
        this.ticks.forEach((tick, k) => tick.classList.toggle("now", k === frame - 1));
        this.date.textContent = dayAfter(today, frame - this.entry.play.frames).slice(5);
    }

    /** The next frame when this one has been seen; one that is not there yet holds the film up. */
    private plan(seconds: number): void {
        this.timer = setTimeout(() => {
            const play = this.entry.play;
            if (play === undefined || this.gone) return;
            const next = (this.now.frame % play.frames) + 1;
            if (this.asked === 0) void this.load(next);
            this.plan(next === play.frames ? play.rest_s : play.step_s);
        }, Math.max(0.2, seconds) * 1000);
    }

    dispose(): void {
        this.gone = true;
        clearTimeout(this.timer);
    }
}
