// What is looked at: in the page's address, in requests and as a command line, all three from one place.

export interface PictureEntry {
    name: string;
    title: string;
    options: string[];
    files: string[];
}

/** Names are those of GET /api/render; "" is not given. */
export interface State {
    picture: string;
    types: string[];
    period: string;
    against: string;
    place: string;
    box: string;
    area: string;
    measure: string;
    kernel: string;
    bandwidth: string;
    view: View;
}

export type View = "now" | "old" | "side" | "change";

export const KINDS = [
    "map", "choropleth", "hotspots", "moran", "clusters", "change", "difference", "contours", "hexbin", "trend", "calendar", "hours",
    "types", "ranking", "histogram",
];
export const MEASURES = ["incidents_per_1000_smoothed", "incidents_per_1000", "incidents"];
/** Stored of cameras and service points, of no period. */
const COVERAGE = [
    "camera_coverage", "blind_ground", "building_coverage", "household_coverage", "service_minutes", "service_minutes_most", "service_far",
];
export const KERNELS = ["gaussian", "quartic", "epanechnikov", "triangular", "uniform"];
const VIEWS: View[] = ["now", "old", "side", "change"];

export function measuresOf(picture: string): string[] {
    if (picture === "hotspots") return ["excess", ...MEASURES.slice(1)];
    if (picture === "moran") return MEASURES.slice(1);
    /* Without a measure a ranking is of places, else of grids. */
    return picture === "ranking" ? ["places", ...MEASURES, ...COVERAGE] : [...MEASURES, ...COVERAGE];
}

/** Whether two pictures of it can be laid side by side on one scale, and what shows their difference. */
export function differenceOf(picture: string): string {
    return picture === "map" ? "difference" : picture === "choropleth" ? "change" : "";
}

export function fromAddress(search: string, period: string): State {
    const get = new URLSearchParams(search);
    const text = (name: string): string => get.get(name) ?? "";
    const picture = KINDS.includes(text("picture")) ? text("picture") : "map";
    return {
        picture,
        types: text("types").split(",").filter((type) => type !== ""),
        period: text("period") || period,
        against: text("against"),
        place: text("box") + text("area") !== "" ? "" : text("place"),
        box: text("area") !== "" ? "" : text("box"),
        area: text("area"),
        measure: measuresOf(picture).includes(text("measure")) ? text("measure") : "",
        kernel: KERNELS.includes(text("kernel")) ? text("kernel") : "",
        bandwidth: text("bandwidth"),
        view: VIEWS.find((view) => view === text("view")) ?? "now",
    };
}

/** What the picture has a use for, in a fixed order. */
export function parameters(state: State, entry: PictureEntry, swapped = false): [string, string][] {
    const [period, against] = swapped ? [state.against, state.period] : [state.period, state.against];
    const all: [string, string][] = [
        ["period", period], ["against", against], ["types", state.types.join(",")], ["place", state.place], ["box", state.box],
        ["area", state.area], ["measure", state.measure], ["kernel", state.kernel], ["bandwidth", state.bandwidth],
    ];
    return all.filter(([name, value]) => value !== "" && entry.options.includes(name));
}

export function toAddress(state: State, lang: string): string {
    const put = new URLSearchParams();
    const all: [string, string][] = [
        ["picture", state.picture], ["types", state.types.join(",")], ["period", state.period], ["against", state.against],
        ["place", state.place], ["box", state.box], ["area", state.area], ["measure", state.measure], ["kernel", state.kernel],
        ["bandwidth", state.bandwidth], ["view", state.view === "now" ? "" : state.view], ["lang", lang === "en" ? "en" : ""],
    ];
    for (const [name, value] of all) if (value !== "") put.set(name, value);
    return `/analyse?${put.toString().replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%28/g, "(").replace(/%29/g, ")")}`;
}

/** One picture of the stage, in pixels. */
export interface Shot {
    entry: PictureEntry;
    given: [string, string][];
    width: number;
    height: number;
    screen: number;
    lang: string;
}

/** What is drawn and written in English says so; Chinese needs no word. */
const spoken = (shot: Shot): [string, string][] => (shot.lang === "en" ? [["lang", "en"]] : []);

const look = (shot: Shot): [string, string][] => [
    ["w", String(shot.width)], ["h", String(shot.height)], ["screen", String(shot.screen)], ["theme", "light"],
];

export function pictureUrl(shot: Shot, format = "png"): string {
    const put = new URLSearchParams([...look(shot), ...shot.given, ...spoken(shot)]);
    if (format !== "png") put.set("format", format);
    return `/api/render/${shot.entry.name}?${put.toString()}`;
}

/** Figures and files of it: no size belongs to them. */
export function dataUrl(shot: Shot, format: string, extra: [string, string][] = []): string {
    return `/api/render/${shot.entry.name}?${new URLSearchParams([["format", format], ...shot.given, ...spoken(shot), ...extra]).toString()}`;
}

export function outlinesUrl(shot: Shot): string {
    const put = look(shot).filter(([name]) => name !== "theme");
    return `/api/outlines/${shot.entry.name}?${new URLSearchParams([...put, ...shot.given, ...spoken(shot)]).toString()}`;
}

function quote(text: string): string {
    return /^[\w./,:@%+=-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}

export const PICTURES = ["png", "svg", "pdf"];

/** Writes the bytes that pictureUrl or dataUrl gives. */
export function commandLine(shot: Shot, format = "png"): string {
    const drawn = PICTURES.includes(format);
    const size = drawn ? ["--size", `${shot.width}x${shot.height}`, "--screen", String(shot.screen), "--theme", "light"] : [];
    const given = [...shot.given, ...spoken(shot)].flatMap(([name, value]) => [`--${name}`, quote(value)]);
    return ["countygrid render county.sqlite", shot.entry.name, ...given, ...size, "-o", `${shot.entry.name}.${format}`].join(" ");
}
