// Places of a map that can be pointed at: outlines from the server over its picture, no drawing of our own.
import { picturePath, type Picture } from "./pictures";
import { getJson } from "./scenes";
import { make } from "./text";

const SVG = "http://www.w3.org/2000/svg";

export interface Outline {
    code: string;
    name: string;
    x: number;
    y: number;
    path: string;
}

export interface Outlines {
    width: number;
    height: number;
    places: Outline[];
    mark?: Outline;
    m_per_px: number;
    origin_m: [x: number, y: number]; // of the upper left corner
}

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** An svg as large as the picture, in its pixels. */
export function makeOverlay(outlines: Outlines): SVGSVGElement {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${outlines.width} ${outlines.height}`);
    svg.setAttribute("class", "overlay");
    return svg;
}

export function makePath(outline: Outline, className: string): SVGPathElement {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", outline.path);
    path.setAttribute("class", className);
    return path;
}

/** A ring with a dot round a place, metres; none where it lies outside the picture. */
export function makePoint(outlines: Outlines, [x, y]: [number, number]): SVGElement[] {
    const left = (x - outlines.origin_m[0]) / outlines.m_per_px;
    const top = (outlines.origin_m[1] - y) / outlines.m_per_px;
    if (!(left >= 0 && top >= 0 && left <= outlines.width && top <= outlines.height)) return [];
    return ["ring", "spot"].map((className) => {
        const circle = document.createElementNS(SVG, "circle");
        circle.setAttribute("cx", left.toFixed(1));
        circle.setAttribute("cy", top.toFixed(1));
        circle.setAttribute("class", className);
        return circle;
    });
}

export class Drill {
    private outlines: Outlines | undefined;
    private asked = "";
    private svg: SVGSVGElement | undefined;
    private paths: SVGPathElement[] = [];
    private readonly frame = document.createElementNS(SVG, "path");
    private chosen = -1;
    private readonly label = make("p", "chosen");

    constructor(
        private readonly picture: Picture,
        private readonly open: (code: string) => void,
    ) {
        picture.onShown = () => void this.load();
        this.label.setAttribute("aria-live", "polite");
    }

    private async load(): Promise<void> {
        const url = `/api/outlines/${picturePath(this.picture.entry.picture ?? "", this.picture.box, this.picture.options())}`;
        if (url === this.asked) return;
        this.asked = url;
        try {
            const outlines = await getJson<Outlines>(url, 15000);
            if (this.asked === url) this.show(outlines);
        } catch {
            this.asked = ""; // the next picture asks again
        }
    }

    private show(outlines: Outlines): void {
        const code = this.outlines?.places[this.chosen]?.code;
        const svg = makeOverlay(outlines);
        svg.setAttribute("aria-hidden", "true"); // the same places are in the list of buttons and under the keys
        this.paths = outlines.places.map((place) => {
            const path = makePath(place, "place");
            path.addEventListener("click", () => this.open(place.code));
            path.addEventListener("pointerenter", () => this.choose(outlines.places.indexOf(place)));
            path.addEventListener("pointerleave", () => this.choose(-1));
            return path;
        });
        this.frame.setAttribute("class", "now");
        svg.append(...this.paths, this.frame);
        this.svg?.remove();
        this.svg = svg;
        this.outlines = outlines;
        this.picture.box.append(svg, this.label);
        this.choose(outlines.places.findIndex((place) => place.code === code));
    }

    private choose(index: number): void {
        this.chosen = index;
        const place = this.outlines?.places[index];
        // A path of its own above all: one that moved under the pointer would lose its click.
        this.frame.setAttribute("d", place?.path ?? "");
        this.label.textContent = place?.name ?? "";
        this.label.hidden = place === undefined;
    }

    /** The nearest place in the direction of the arrow; the one in the middle when none is chosen. */
    move(arrow: Arrow): void {
        const outlines = this.outlines;
        if (outlines === undefined || outlines.places.length === 0) return;
        const from = outlines.places[this.chosen] ?? { x: outlines.width / 2, y: outlines.height / 2, code: "" };
        let best = -1;
        let least = Number.POSITIVE_INFINITY;
        outlines.places.forEach((place, index) => {
            const dx = place.x - from.x;
            const dy = place.y - from.y;
            const along = arrow === "ArrowLeft" ? -dx : arrow === "ArrowRight" ? dx : arrow === "ArrowUp" ? -dy : dy;
            const across = arrow === "ArrowLeft" || arrow === "ArrowRight" ? Math.abs(dy) : Math.abs(dx);
            const far = this.chosen < 0 ? Math.hypot(dx, dy) : along + 2 * across;
            if (place.code !== from.code && (this.chosen < 0 || along > 0) && far < least) {
                least = far;
                best = index;
            }
        });
        if (best >= 0) this.choose(best);
    }

    enter(): boolean {
        const place = this.outlines?.places[this.chosen];
        if (place === undefined) return false;
        this.open(place.code);
        return true;
    }
}
