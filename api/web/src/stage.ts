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
const MOST_PASSED = 3; // frames in a row that may come to nothing
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
    private text = "";
    private last: Overview | undefined;
    private isBusy = false;
    private next: Overview | undefined; // came while a frame was being made
    private passed = 0; // frames in a row that were overtaken by other data
    private gone = false;
    private layout = 0; // grows with each change of sizes

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

    /**
     * One frame: figures and pictures of one data version, shown together when all of them are there. FALSE: not all
     * could be, ask again. What comes while a frame is made waits for its end, so that frames never pile up.
     */
    async show(overview: Overview): Promise<boolean> {
        if (this.isBusy) {
            this.next = overview;
            return true;
        }
        this.isBusy = true;
        const isWhole = await this.compose(overview);
        this.isBusy = false;
        const next = this.next;
        this.next = undefined;
        return next === undefined || this.gone ? isWhole : this.show(next);
    }

    private async compose(overview: Overview): Promise<boolean> {
        const version = `${overview.data_version}-${overview.today}`;
        const isFirst = !this.isWhole;
        const layout = this.layout;
        if (isFirst) this.write(overview); // figures are there before the first pictures
        const ready = await Promise.all(this.panels.map(async ({ picture }) => {
            const one = await picture?.prepare(version, this.place, overview.today);
            if (isFirst && one !== undefined) picture?.put(one);
            return one;
        }));
        if (this.gone) return true;
        if (layout !== this.layout) return false; // of a size that the panels no longer have
        const isOvertaken = ready.some((one) => one?.isOther === true);
        // A server that is busier than the wall can follow: better a mixed frame now and then than none.
        if (isOvertaken && (this.passed += 1) <= MOST_PASSED) return false;
        this.passed = 0;
        if (!isFirst)
            this.panels.forEach(({ picture }, k) => {
                const one = ready[k];
                if (one !== undefined) picture?.put(one);
            });
        this.write(overview);
        return ready.every((one) => one?.isLost !== true) && !isOvertaken;
    }

    private write(overview: Overview): void {
        for (const { live, host } of this.panels) if (live !== undefined) host.dataset["version"] = String(overview.data_version);
        const text = JSON.stringify(overview);
        if (text === this.text) return;
        this.text = text;
        this.last = overview;
        for (const { live } of this.panels) live?.show(overview);
    }

    resize(): void {
        this.layout += 1;
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
        this.gone = true;
        for (const { picture } of this.panels) picture?.dispose();
        this.root.remove();
    }
}
