// What GET /api/scenes says: which panels a scene has, where they stand, what a playlist shows and what is an alarm.

export interface Title {
    zh: string;
    en?: string;
}

export type Cell = [column: number, row: number, columns: number, rows: number];

export interface PanelEntry {
    at: Cell;
    wide: Cell;
    tall: Cell;
    title?: Title;
    picture?: string;
    live?: "figures" | "warnings" | "ticker" | "clock" | "places";
    drill?: boolean;
    parameters?: Record<string, string | number>;
    play?: { frames: number; step_s: number; rest_s: number };
}

export interface Scene {
    name: string;
    title: Title;
    place?: string;
    sources?: string;
    refresh_s?: number;
    dwell_s?: number;
    panels: PanelEntry[];
}

export interface Scenes {
    playlist: { scenes: string[]; dwell_s: number };
    reload_hour: number;
    alarm: { types: string[]; red: boolean; hold_s: number; life_h: number; answers: { type: string; who: string }[] };
    scenes: Scene[];
}

export async function getJson<T>(path: string, timeoutMs: number): Promise<T> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    try {
        const reply = await fetch(path, { signal: stop.signal, cache: "no-cache" });
        if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
        return (await reply.json()) as T;
    } finally {
        clearTimeout(timer);
    }
}

/** Pictures that can show a place by itself. */
export async function fetchPlacePictures(timeoutMs: number): Promise<Set<string>> {
    const lists = await getJson<{ pictures: { name: string; options: string[] }[] }>("/api/pictures", timeoutMs);
    return new Set(lists.pictures.filter((p) => p.options.includes("place")).map((p) => p.name));
}
