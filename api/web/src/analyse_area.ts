// An area as text: WKT in the address and in requests, a place a line where it is written by hand. Metres of the county throughout.
import type { AnalyseWord } from "./analyse_words";

export type Place = [number, number];

export const MAX_PLACES = 150; // so that the address stays one that every server takes
const MAX_TEXT = 2600;

const whole = (place: Place): string => `${Math.round(place[0])} ${Math.round(place[1])}`;

export function writeArea(places: Place[]): string {
    const first = places[0];
    return first === undefined ? "" : `POLYGON((${[...places, first].map(whole).join(",")}))`;
}

/** The places of a simple outline, none of them twice; null: it is another text (with holes, of several parts, in degrees). */
export function readArea(text: string): Place[] | null {
    const inner = /^\s*POLYGON\s*\(\s*\(([^()]*)\)\s*\)\s*$/i.exec(text)?.[1];
    if (inner === undefined) return null;
    const places = inner.split(",").map((pair) => pair.trim().split(/\s+/).map(Number) as Place);
    if (!places.every((place) => place.length === 2 && place.every(Number.isFinite))) return null;
    const first = places[0], last = places[places.length - 1];
    if (places.length > 1 && first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1]) places.pop();
    return places;
}

/** "x,y" a line, as one writes it; blanks, tabs and Chinese commas will do. null: a line is no place. */
function readLines(text: string): Place[] | null {
    const lines = text.split(/[\n;；]/).map((line) => line.trim()).filter((line) => line !== "");
    const places = lines.map((line) => line.split(/[\s,，]+/).filter((part) => part !== "").map(Number) as Place);
    return places.every((place) => place.length === 2 && place.every(Number.isFinite)) ? places : null;
}

/** For the field in which it is written by hand. */
export function showArea(area: string): string {
    return readArea(area)?.map((place) => place.join(",")).join("\n") ?? area;
}

const turn = (a: Place, b: Place, c: Place): number => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

const between = (a: Place, b: Place, c: Place): boolean =>
    Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);

function meet(a: Place, b: Place, c: Place, d: Place): boolean {
    const s = turn(a, b, c), t = turn(a, b, d), u = turn(c, d, a), v = turn(c, d, b);
    if (s !== t && u !== v) return true;
    return (s === 0 && between(a, b, c)) || (t === 0 && between(a, b, d)) || (u === 0 && between(c, d, a)) || (v === 0 && between(c, d, b));
}

/** Two sides meet elsewhere than where they follow one another, or one goes back over the other. */
function crosses(places: Place[]): boolean {
    const n = places.length, at = (k: number): Place => places[k % n] ?? [0, 0];
    for (let a = 0; a < n; a += 1) {
        const p = at(a), q = at(a + 1), r = at(a + 2);
        if (turn(p, q, r) === 0 && (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1]) <= 0) return true;
        for (let b = a + 2; b < n; b += 1)
            if (!(a === 0 && b === n - 1) && meet(p, q, at(b), at(b + 1))) return true;
    }
    return false;
}

export function judgePlaces(places: Place[]): AnalyseWord | null {
    const sides = [0, 1].map((axis) => Math.max(...places.map((place) => place[axis] ?? 0)) - Math.min(...places.map((place) => place[axis] ?? 0)));
    if (places.length < 3) return "fewPlaces";
    if (places.length > MAX_PLACES) return "manyPlaces";
    if (sides.some((side) => side < 100)) return "smallArea";
    return crosses(places) ? "crossedArea" : null;
}

/** What was written by hand as an area for the address, or what is wrong with it. WKT and GeoJSON of other kinds go as they are. */
export function takeArea(text: string): { area: string; wrong: AnalyseWord | null } {
    const given = text.trim();
    if (given === "") return { area: "", wrong: null };
    const places = readArea(given) ?? (/^(\{|multi|polygon)/i.test(given) ? null : readLines(given));
    if (places !== null) {
        const rounded = places.map((place): Place => [Math.round(place[0]), Math.round(place[1])]);
        return { area: writeArea(rounded), wrong: judgePlaces(rounded) };
    }
    if (!/^(\{|multi|polygon)/i.test(given)) return { area: "", wrong: "wrongArea" };
    const dense = given.replace(/\s+/g, " ");
    return { area: dense, wrong: encodeURIComponent(dense).length > MAX_TEXT ? "manyPlaces" : null };
}
