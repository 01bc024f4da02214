// An outline that is being drawn on a picture, by pointer or by keys. Coordinates are pixels of the picture, y upwards.
import Feature from "ol/Feature";
import type OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import LineString from "ol/geom/LineString";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import type VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import { MAX_PLACES, type Place } from "./analyse_area";

const INK = "#b4530a";
const NEAR_PX = 9; // of the page: a click so near to the first place ends the outline
const STEP = 0.025; // of the shorter side, with Shift a tenth of it

const CROSS = [new Stroke({ color: "#ffffff", width: 5 }), new Stroke({ color: INK, width: 2 })].map((stroke) =>
    new Style({ image: new RegularShape({ points: 4, radius: 14, radius2: 0, angle: 0, stroke }) }));
const DOT = new Style({ image: new CircleStyle({ radius: 5, fill: new Fill({ color: "#ffffff" }), stroke: new Stroke({ color: INK, width: 2.5 }) }) });
const LINE = [new Style({ stroke: new Stroke({ color: "#ffffff", width: 5 }) }), new Style({ stroke: new Stroke({ color: INK, width: 2.5 }) })];
const GROUND = new Style({ fill: new Fill({ color: "rgba(180, 83, 10, 0.12)" }), stroke: new Stroke({ color: INK, width: 1.5, lineDash: [6, 6] }) });

export interface Pen {
    /** So many places, and where the cross is that keys move; null: the pointer draws. */
    moved(n: number, cross: Place | null): void;
    /** TRUE: the outline was taken, nothing is drawn any more. */
    ended(places: Place[]): boolean;
    inside(place: Place): boolean;
}

export class Sketch {
    private readonly places: Place[] = [];
    private at: Place | null = null; // of the pointer
    private cross: Place | null = null;
    private readonly off: (() => void)[] = [];

    constructor(private readonly map: OlMap, private readonly source: VectorSource, private readonly middle: Place,
        private readonly step: number, private readonly pen: Pen) {
        const click = (event: MapBrowserEvent): void => this.click(event);
        const move = (event: MapBrowserEvent): void => this.hover(event.dragging ? null : (event.coordinate as Place));
        // The second click of two is an end, no magnifying.
        const twice = (event: MapBrowserEvent): void => {
            event.stopPropagation();
            event.preventDefault();
            this.finish();
        };
        const target = map.getTargetElement() as HTMLElement; // a picture that is shown has one
        const key = (event: KeyboardEvent): void => this.key(event);
        map.on("click", click);
        map.on("pointermove", move);
        map.on("dblclick", twice);
        target.addEventListener("keydown", key, true);
        this.off.push(() => map.un("click", click), () => map.un("pointermove", move), () => map.un("dblclick", twice),
            () => target.removeEventListener("keydown", key, true));
        this.tell();
    }

    private click(event: MapBrowserEvent): void {
        const place = event.coordinate as Place, first = this.places[0], last = this.places[this.places.length - 1];
        const near = (other: Place | undefined): boolean => {
            const pixel = other === undefined ? null : this.map.getPixelFromCoordinate(other);
            return pixel !== null && Math.hypot((pixel[0] ?? 0) - (event.pixel[0] ?? 0), (pixel[1] ?? 0) - (event.pixel[1] ?? 0)) < NEAR_PX;
        };
        this.cross = null;
        if (near(last)) return; // the second click of two
        if (this.places.length >= 3 && near(first)) this.finish();
        else this.add(place);
    }

    private hover(place: Place | null): void {
        this.at = place;
        this.draw();
    }

    private key(event: KeyboardEvent): void {
        const size = event.shiftKey ? this.step * STEP * 0.1 : this.step * STEP;
        const ways: Record<string, Place> = { ArrowLeft: [-size, 0], ArrowRight: [size, 0], ArrowUp: [0, size], ArrowDown: [0, -size] };
        const way = ways[event.key];
        if (way !== undefined) this.moveCross(way);
        else if (event.key === " ") this.add(this.cross ?? this.middle);
        else if (event.key === "Enter") this.finish();
        else if (event.key === "Backspace" || event.key === "Delete") this.undo();
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    private moveCross(way: Place): void {
        const from = this.cross ?? this.places[this.places.length - 1] ?? this.middle;
        const next: Place = [from[0] + way[0], from[1] + way[1]];
        if (this.pen.inside(next) || this.cross === null) this.cross = this.pen.inside(next) ? next : from;
        this.at = null;
        this.tell();
    }

    private add(place: Place): void {
        const last = this.places[this.places.length - 1];
        if (!this.pen.inside(place) || this.places.length >= MAX_PLACES) return;
        if (last !== undefined && last[0] === place[0] && last[1] === place[1]) return;
        this.places.push(place);
        this.tell();
    }

    undo(): void {
        this.places.pop();
        this.tell();
    }

    finish(): void {
        if (this.pen.ended(this.places)) this.close();
    }

    private tell(): void {
        this.draw();
        this.pen.moved(this.places.length, this.cross);
    }

    private draw(): void {
        this.source.clear();
        const tip = this.cross ?? this.at, line = tip === null ? this.places : [...this.places, tip];
        const put = (geometry: Polygon | LineString | Point, style: Style | Style[]): void => {
            const feature = new Feature(geometry);
            feature.setStyle(style);
            this.source.addFeature(feature);
        };
        const first = line[0];
        if (first !== undefined && line.length > 2) put(new Polygon([[...line, first]]), GROUND);
        if (line.length > 1) put(new LineString(line), LINE);
        for (const place of this.places) put(new Point(place), DOT);
        if (this.cross !== null) put(new Point(this.cross), CROSS);
    }

    close(): void {
        for (const end of this.off) end();
        this.source.clear();
    }
}
