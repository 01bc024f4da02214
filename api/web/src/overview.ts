// The figures of GET /api/overview and how they are fetched.

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
    time: string;
    type: string | null;
    source: string | null;
    state: string | null;
    settled: boolean | null;
    label: string;
    community: string | null;
    grid: string | null;
}

export interface Overview {
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

/** Fails after timeout_ms, so that a server that hangs counts as one that is away. */
export async function fetchOverview(timeoutMs: number): Promise<Overview> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    try {
        const reply = await fetch("/api/overview", { signal: stop.signal, cache: "no-cache" });
        if (!reply.ok) throw new Error(`overview: ${reply.status}`);
        return (await reply.json()) as Overview;
    } finally {
        clearTimeout(timer);
    }
}

/** Behind a number of households or people where nobody has counted all of them. */
export function estimateMark(numbers: Overview["numbers"], of: "households" | "population"): string {
    const estimated = numbers[`${of}_estimated`];
    if (estimated === 0) return "";
    return estimated < numbers[of] ? "（部分估算 partly estimated）" : "（估算 estimated）";
}
