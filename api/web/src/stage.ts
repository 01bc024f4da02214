// One scene on the wall: its panels at whole pixels, laid out by the wall's shape.
import { Drill, type Arrow } from "./drill";
import type { Overview } from "./overview";
import { makeClock, makeFigures, makePlaces, makeTicker, makeWarnings, type LivePanel } from "./panels";
import { Picture, screenPx } from "./pictures";
import type { Cell, PanelEntry, Scene } from "./scenes";
import { make } from "./text";
import { getLang } from "./words";

const COLUMNS = 24;
const ROWS = 12;
const GAP_U = 1.2;
const NARROW_U = 40; // under this width figures are set in the next smaller size

interface Placed {
    entry: PanelEntry;
    host: HTMLElement;
    live?: LivePanel;
    picture?: Picture;
}

function shapeOf(width: number, height: number): "at" | "wide" | "tall" {
    const aspect = width / height;
    return aspect >= 2.6 ? "wide" : aspect < 1.2 ? "tall" : "at";
}

export class Stage {
    readonly root = make("div", "scene");
    private readonly panels: Placed[] = [];
    private readonly drills: Drill[] = [];
    private pictured = Number.NEGATIVE_INFINITY; // performance.now() when pictures were last renewed
    private picturedAs = "";
    private text = "";
    private last: Overview | undefined;

    constructor(
        readonly scene: Scene,
        readonly place: string,
        private readonly placePictures: Set<string>,
        private readonly open: (code: string) => void,
    ) {
        this.root.dataset["scene"] = scene.name;
    }

    /** Once the root is in the document: sizes are needed. */
    build(): void {
        for (const entry of this.scene.panels) this.panels.push(this.makePanel(entry));
        this.root.append(...this.panels.map((panel) => panel.host));
        this.layOut();
    }

    private titleOf(entry: PanelEntry): string {
        return (getLang() === "en" ? entry.title?.en : undefined) ?? entry.title?.zh ?? "";
    }

    private makePanel(entry: PanelEntry): Placed {
        const host = make("section", entry.live !== undefined ? `panel ${entry.live}` : "picture");
        const title = this.titleOf(entry);
        if (title !== "") host.setAttribute("aria-label", title);
        if (entry.live !== undefined)
            return { entry, host, live : this.makeLive(entry, host, title) };
        host.dataset["picture"] = entry.picture;
        const picture = new Picture(entry, this.placePictures.has(entry.picture ?? ""), host);
        if (entry.drill === true) this.drills.push(new Drill(picture, this.open));
        return { entry, host, picture };
    }

    private makeLive(entry: PanelEntry, host: HTMLElement, title: string): LivePanel {
        switch (entry.live) {
            case "figures":
                return makeFigures(host, title);
            case "warnings":
                return makeWarnings(host, title, this.open);
            case "places":
                return makePlaces(host, title, this.open);
            case "clock":
                return makeClock(host);
            default:
                return makeTicker(host, title);
        }
    }

    /** Whole device pixels: what the server draws is shown pixel by pixel. */
    private layOut(): void {
        const ratio = window.devicePixelRatio || 1;
        const all = this.root.getBoundingClientRect();
        const gap = Math.round(((GAP_U * screenPx()) / 100) * ratio);
        const width = Math.round(all.width * ratio) - 2 * gap;
        const height = Math.round(all.height * ratio) - 2 * gap;
        const shape = shapeOf(window.innerWidth, window.innerHeight);
        for (const { entry, host } of this.panels) {
            const [column, row, columns, rows]: Cell = entry[shape];
            const x = (k: number): number => gap + Math.round(((width + gap) * k) / COLUMNS);
            const y = (k: number): number => gap + Math.round(((height + gap) * k) / ROWS);
            host.style.left = `${x(column) / ratio}px`;
            host.style.top = `${y(row) / ratio}px`;
            host.style.width = `${(x(column + columns) - gap - x(column)) / ratio}px`;
            host.style.height = `${(y(row + rows) - gap - y(row)) / ratio}px`;
            host.classList.toggle("narrow", (x(column + columns) - gap - x(column)) / ratio < (NARROW_U * screenPx()) / 100);
        }
        for (const { picture } of this.panels) {
            // Below a title or a time line the box may begin between two pixels.
            if (picture === undefined) continue;
            picture.box.style.height = "";
            const rect = picture.box.getBoundingClientRect();
            picture.box.style.flex = "none";
            picture.box.style.height = `${Math.floor(rect.height * ratio + 0.05) / ratio}px`;
        }
    }

    show(overview: Overview, refreshS: number): void {
        const now = performance.now();
        const version = `${overview.data_version}-${overview.today}`;
        // Figures follow each incident; pictures, which take the server longer, the usual rhythm.
        if (now - this.pictured >= refreshS * 1000 - 500 || this.picturedAs === "") {
            this.pictured = now;
            this.picturedAs = version;
            for (const { picture } of this.panels) picture?.show(version, this.place, overview.today);
        }
        const text = JSON.stringify(overview);
        if (text === this.text) return;
        this.text = text;
        this.last = overview;
        for (const { live } of this.panels) live?.show(overview);
    }

    resize(): void {
        for (const { picture } of this.panels) if (picture !== undefined) picture.box.style.flex = "";
        this.layOut();
        for (const { picture, live } of this.panels) {
            void picture?.load();
            if (this.last !== undefined) live?.show(this.last);
        }
    }

    turn(): void {
        for (const { live } of this.panels) live?.turn?.();
    }

    second(now: Date): void {
        for (const { live } of this.panels) live?.second?.(now);
    }

    get isWhole(): boolean {
        return this.last !== undefined && this.panels.every(({ picture }) => picture === undefined || picture.isShown);
    }

    move(arrow: Arrow): void {
        for (const drill of this.drills) drill.move(arrow);
    }

    enter(): boolean {
        return this.drills.some((drill) => drill.enter());
    }

    dispose(): void {
        for (const { picture } of this.panels) picture?.dispose();
        this.root.remove();
    }
}
