// The figures of GET /api/overview and how they are fetched.
import { getJson } from "./scenes";
import { word } from "./words";

export interface Change {
    base: number | null;
    percent: number | null;
    direction: "up" | "down" | "same" | "new" | "none";
    unsure: boolean; // of fewer than ten events: text is a difference with a triangle
    text: string;
}

export type Colour = "red" | "orange" | "yellow" | "blue";

export interface Warning {
    code: string;
    name: string;
    label: string;
    community: string | null;
    households: number;
    colour: Colour;
    count: number;
    usual: number;
    /** Most of usual weeks, where the rule has such a limit. */
    limit: number | null;
    reason: string;
}

export interface Incident {
    seq: number | null; // grows with each that is stored; null where only a part of the county is shown
    time: string;
    type: string | null;
    source: string | null;
    state: string | null;
    settled: boolean | null;
    label: string;
    community: string | null;
    grid: string | null;
}

export type Level = "county" | "town" | "community" | "grid";

export interface PlaceLink {
    code: string;
    name: string;
    level: Level;
}

export interface Place extends PlaceLink {
    label: string;
    parents: PlaceLink[];
    children: (PlaceLink & { count: number; households: number })[];
}

export interface Overview {
    place: Place;
    county: { name: string; code: string };
    version: string;
    data_version: number;
    live: boolean;
    refresh_s: number;
    now: string;
    today: string;
    today_is_now: boolean;
    data_until: string | null;
    plan: { id: number; state: string; title: string | null } | null;
    numbers: {
        towns: number;
        communities: number;
        grids: number;
        households: number;
        households_estimated: number;
        population: number;
        population_estimated: number;
        incidents_30_days: number;
        outside_30_days: number;
        open: number | null;
        settlement_rate: number | null;
        today: { count: number; until: string; yesterday: Change; last_week: Change; last_year: Change };
        cameras: { count: number; classes: { name: string; count: number }[] };
    };
    range: { min: number; max: number; below: number; above: number; certified: number; by_rule: number; unknown: number };
    warnings: Record<Colour, number> & { rule: string; by_chance: number | null; rows: Warning[] };
    latest: Incident[];
}

/** Fails after timeoutMs, so that a server that hangs counts as one that is away. */
export function fetchOverview(timeoutMs: number, place = "", sources = ""): Promise<Overview> {
    const query = new URLSearchParams();
    if (place !== "") query.set("place", place);
    if (sources !== "") query.set("sources", sources);
    return getJson<Overview>(`/api/overview${query.size === 0 ? "" : `?${query.toString()}`}`, timeoutMs);
}

/** Behind a number of households or people where nobody has counted all of them. */
export function estimateMark(numbers: Overview["numbers"], of: "households" | "population"): string {
    const estimated = numbers[`${of}_estimated`];
    if (estimated === 0) return "";
    return estimated < numbers[of] ? word("partly") : word("estimated");
}
