// One picture of the stage: the server's pixels in OpenLayers, with the places that can be opened, a box or an outline that can be
// drawn, and the point under the pointer. Coordinates of the map are pixels of the picture, y upwards.
import Feature from "ol/Feature";
import OlMap from "ol/Map";
import View from "ol/View";
import { getCenter } from "ol/extent";
import Polygon from "ol/geom/Polygon";
import Draw, { createBox } from "ol/interaction/Draw";
import { defaults as defaultInteractions } from "ol/interaction/defaults";
import ImageLayer from "ol/layer/Image";
import VectorLayer from "ol/layer/Vector";
import Projection from "ol/proj/Projection";
import ImageSource from "ol/source/Image";
import VectorSource from "ol/source/Vector";
import { createLoader } from "ol/source/static";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import type { Place } from "./analyse_area";
import { Sketch } from "./analyse_sketch";
import { pictureUrl, type Shot } from "./analyse_state";

export interface Outlines {
    m_per_px: number;
    origin_m: [number, number];
    rect: [number, number, number, number];
    places: { code: string; name: string; level: string; path: string }[];
}

export interface Watcher {
    opened(code: string): void;
    boxed(box: string): void;
    /** An outline was closed; false: it is none yet, and goes on being drawn. */
    outlined(places: Place[]): boolean;
    /** So many places of it; cross: in metres, where keys have moved it. */
    sketched(n: number, cross: Place | null): void;
    /** Metres of the county, or null: the pointer has left the map. */
    pointed(at: [number, number] | null): void;
}

/** Rings of "M0 0L1 0L1 1ZM..." with y turned up. */
function rings(path: string, height: number): number[][][] {
    return path.split("Z").filter((ring) => ring !== "").map((ring) => {
        const points = ring.slice(1).split("L").map((pair) => {
            const [x = 0, y = 0] = pair.split(" ").map(Number);
            return [x, height - y];
        });
        const first = points[0];
        return first === undefined ? points : [...points, first];
    });
}

export class PictureView {
    readonly element: HTMLElement;
    private readonly map: OlMap;
    private readonly places = new VectorSource();
    private readonly drawn = new VectorSource();
    private drawing: Draw | null = null;
    private sketch: Sketch | null = null;
    private sketchedAt = 0; // the click that ends an outline opens no place
    private outlines: Outlines | null = null;
    private readonly height: number;

    constructor(parent: HTMLElement, readonly shot: Shot, bitmap: ImageBitmap, label: string, private readonly watcher: Watcher) {
        const extent = [0, 0, shot.width, shot.height];
        this.height = shot.height;
        this.element = parent;
        parent.setAttribute("role", "img");
        parent.setAttribute("aria-label", label);
        parent.tabIndex = 0; // arrows and + - move what is magnified
        const projection = new Projection({ code: "picture", units: "pixels", extent });
        const image = new ImageLayer({
            extent,
            source: new ImageSource({
                projection,
                loader: createLoader({ url: pictureUrl(shot), imageExtent: extent, load: () => Promise.resolve(bitmap) }),
                interpolate: true,
            }),
        });
        const resolution = shot.width / Math.max(parent.clientWidth, 1);
        this.map = new OlMap({
            target: parent,
            controls: [],
            interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
            layers: [image, this.layer(this.places, "rgba(0,0,0,0)", 0), this.layer(this.drawn, "#b4530a", 2)],
            view: new View({
                projection,
                extent,
                center: getCenter(extent),
                resolution,
                maxResolution: resolution,
                minResolution: resolution / 8,
                showFullExtent: true,
                smoothExtentConstraint: false,
                smoothResolutionConstraint: false,
            }),
        });
        this.map.on("pointermove", (event) => this.point(event.dragging ? null : event.coordinate));
        this.map.on("singleclick", (event) => this.open(event.pixel));
        parent.addEventListener("pointerleave", () => this.point(null));
    }

    private layer(source: VectorSource, colour: string, width: number): VectorLayer {
        return new VectorLayer({
            source,
            style: new Style({ stroke: new Stroke({ color: colour, width }), fill: new Fill({ color: "rgba(0,0,0,0)" }) }),
        });
    }

    /** Where its places lie; without them it is a picture only. */
    setOutlines(outlines: Outlines): void {
        this.outlines = outlines;
        for (const place of outlines.places) {
            const feature = new Feature(new Polygon(rings(place.path, this.height)));
            feature.set("code", place.code);
            this.places.addFeature(feature);
        }
    }

    private metres(at: number[]): [number, number] | null {
        const [x = 0, up = 0] = at, y = this.height - up, known = this.outlines;
        if (known === null) return null;
        const [left, top, width, height] = known.rect;
        if (x < left || y < top || x > left + width || y > top + height) return null;
        return [known.origin_m[0] + x * known.m_per_px, known.origin_m[1] - y * known.m_per_px];
    }

    private point(at: number[] | null): void {
        const metres = at === null ? null : this.metres(at);
        if (this.sketch === null) this.watcher.pointed(metres);
        this.element.classList.toggle("over", metres !== null);
    }

    private open(pixel: number[]): void {
        if (this.drawing !== null || this.sketch !== null || performance.now() - this.sketchedAt < 600) return;
        const feature = this.map.forEachFeatureAtPixel(pixel, (found) => found);
        const code = feature?.get("code");
        if (typeof code === "string") this.watcher.opened(code);
    }

    /** The next drag is a box; false where the picture is no map. */
    draw(): boolean {
        if (this.outlines === null) return false;
        this.stopDrawing();
        this.drawing = new Draw({ source: this.drawn, type: "Circle", geometryFunction: createBox(), freehand: true });
        this.drawing.on("drawend", (event) => {
            const extent = event.feature.getGeometry()?.getExtent() ?? [0, 0, 0, 0];
            const low = this.metres([extent[0] ?? 0, extent[1] ?? 0]), high = this.metres([extent[2] ?? 0, extent[3] ?? 0]);
            this.stopDrawing();
            if (low !== null && high !== null) this.watcher.boxed([...low, ...high].map((metre) => metre.toFixed(0)).join(","));
        });
        this.map.addInteraction(this.drawing);
        this.element.classList.add("drawing");
        return true;
    }

    /** Clicks or keys draw an outline; false where the picture is no map. */
    drawArea(): boolean {
        const known = this.outlines;
        if (known === null) return false;
        this.stopDrawing();
        const [left, top, width, height] = known.rect;
        this.sketch = new Sketch(this.map, this.drawn, [left + width / 2, this.height - top - height / 2], Math.min(width, height), {
            inside: (place) => this.metres(place) !== null,
            moved: (n, cross) => this.watcher.sketched(n, cross === null ? null : this.metres(cross)),
            ended: (places) => {
                const metres = places.map((place) => this.metres(place)).filter((place): place is Place => place !== null);
                const taken = this.watcher.outlined(metres);
                if (taken) this.endSketch();
                return taken;
            },
        });
        this.element.classList.add("drawing");
        this.element.focus();
        return true;
    }

    undoPlace(): void {
        this.sketch?.undo();
    }

    closeArea(): void {
        this.sketch?.finish();
    }

    private endSketch(): void {
        this.sketch?.close();
        this.sketch = null;
        this.sketchedAt = performance.now();
        this.element.classList.remove("drawing");
    }

    stopDrawing(): void {
        if (this.drawing !== null) this.map.removeInteraction(this.drawing);
        this.drawing = null;
        if (this.sketch !== null) this.endSketch();
        this.element.classList.remove("drawing");
    }

    close(): void {
        this.map.setTarget(undefined);
        this.map.dispose();
    }
}
