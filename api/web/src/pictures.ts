// Panels drawn by the server at the true pixels of the wall. The last picture stays until the next one is whole.
import type { PanelEntry } from "./scenes";
import { dayAfter, make } from "./text";
import {getLang} from "./words";

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

export class Picture {
    readonly box = make("div", "box");
    private shown = "";
    private asked = "";
    private version = "";
    private place = "";
    private today = "";
    private frame: number;
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
        this.frame = entry.play?.frames ?? 0;
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
    options(): Record<string, string | number> {
        const more: Record<string, string | number> = { ...this.entry.parameters };
        if (this.takesPlace && this.place !== "" && more["place"] === undefined) more["place"] = this.place;
        if (this.entry.play !== undefined) {
            more["period"] ??= this.entry.play.frames;
            more["frame"] = this.frame;
        }
        return more;
    }

    get isShown(): boolean {
        return this.shown !== "";
    }

    /** version names the data and the day that the picture shall show. */
    show(version: string, place: string, today: string): void {
        this.version = version;
        this.place = place;
        this.today = today;
        void this.load();
        if (this.entry.play !== undefined && this.timer === undefined) this.plan(this.entry.play.rest_s);
    }

    async load(): Promise<void> {
        if (this.version === "" || this.gone) return;
        const path = picturePath(this.entry.picture ?? "", this.box, { ...this.options(), v: this.version });
        const url = `/api/render/${path}`;
        if (url === this.shown || url === this.asked) return;
        this.asked = url;
        const image = new Image();
        image.alt = this.host.getAttribute("aria-label") ?? "";
        image.src = url;
        try {
            await image.decode();
        } catch {
            // Away or busy: the last picture stays, the next round asks again.
            if (this.asked === url) this.asked = "";
            this.host.classList.toggle("old", this.shown !== "");
            return;
        }
        if (this.asked !== url || this.gone) return;
        this.shown = url;
        this.asked = "";
        this.host.classList.remove("old");
        const before = this.box.querySelector("img");
        if (before === null) this.box.prepend(image);
        else before.replaceWith(image);
        this.tell();
        this.onShown?.();
    }

    private tell(): void {
        if (this.entry.play === undefined) return;
        this.ticks.forEach((tick, k) => tick.classList.toggle("now", k === this.frame - 1));
        this.date.textContent = dayAfter(this.today, this.frame - this.entry.play.frames).slice(5);
    }

    /** The next frame when this one has been seen; one that is not there yet holds the film up. */
    private plan(seconds: number): void {
        this.timer = setTimeout(() => {
            const play = this.entry.play;
            if (play === undefined || this.gone) return;
            if (this.asked === "") this.frame = (this.frame % play.frames) + 1;
            void this.load();
            this.plan(this.frame === play.frames ? play.rest_s : play.step_s);
        }, Math.max(0.2, seconds) * 1000);
    }

    dispose(): void {
        this.gone = true;
        clearTimeout(this.timer);
    }
}
