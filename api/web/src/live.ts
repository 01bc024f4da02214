// Changes as they happen: the server's stream of events, where it has one.

import type { Acknowledged } from "./alarm";

export interface LiveIncident {
    seq: number;
    id: string;
    source: string;
    status: string;
    grid: string | null;
    occurred: string;
    type: string | null;
    x?: number;
    y?: number;
}

const LAST_KEY = "countygrid.last-event"; // survives a reload, so that nothing between two pages is missed

const GAP_MS = 250; // from one frame to the next at least
const BEHIND_MS = 300; // a server under load takes its time: it is asked for the same less and less often
const BEHIND_MOST_MS = 4000;
const MOST_BEHIND = 20;

/**
 * Calls ask() after every change, until the wall shows the data version that the change made: one frame at a time, the next
 * one when the last is shown. Changes that come meanwhile are one frame together.
 */
export class Live {
    private wanted = 0;
    private seen = 0;
    private last = Number.NEGATIVE_INFINITY; // performance.now() when a frame was begun
    private under = 0; // frames under way
    private behind = 0; // frames in a row that were not what was wanted
    private timer: ReturnType<typeof setTimeout> | undefined;
    private stream: EventSource | undefined;

    constructor(
        private readonly ask: () => void,
        private readonly told: (incidents: LiveIncident[]) => void,
        private readonly acknowledged: (one: Acknowledged) => void,
        private readonly opened: () => void, // the line is there, maybe again: what is no part of the stream was missed
    ) {}

    get isOpen(): boolean {
        return this.stream !== undefined;
    }

    /** Opens the stream once; a browser comes back to it by itself and names what it has. */
    open(): void {
        if (this.stream !== undefined) return;
        const last = sessionStorage.getItem(LAST_KEY);
        this.stream = new EventSource(last === null ? "/api/events" : `/api/events?last_event_id=${last}`);
        this.stream.addEventListener("incidents", (event) => {
            const message = event as MessageEvent<string>;
            const { data_version, incidents } = JSON.parse(message.data) as {
                data_version: number;
                incidents: LiveIncident[];
            };
            this.keep(message.lastEventId);
            this.want(data_version);
            this.told(incidents);
        });
        this.stream.addEventListener("acknowledged", (event) => {
            this.acknowledged(JSON.parse((event as MessageEvent<string>).data) as Acknowledged);
        });
        this.stream.addEventListener("open", () => this.opened());
        this.stream.addEventListener("reset", (event) => {
            this.keep((event as MessageEvent<string>).lastEventId);
            this.want(this.seen + 1);
        });
        this.stream.addEventListener("error", () => {
            // Refused for good (too many readers, no intake any more): asking now and then goes on.
            if (this.stream?.readyState === EventSource.CLOSED) this.stream = undefined;
        });
    }

    private keep(id: string): void {
        if (/^\d+$/.test(id)) sessionStorage.setItem(LAST_KEY, id);
    }

    /** A frame begins. */
    began(): void {
        this.under += 1;
        this.last = performance.now();
    }

    /** It is shown; dataVersion undefined: the server did not answer, which asking now and then finds out by itself. */
    ended(dataVersion: number | undefined, isWhole: boolean): void {
        this.under -= 1;
        if (dataVersion === undefined) return;
        this.seen = isWhole ? dataVersion : dataVersion - 1;
        this.wanted = Math.max(this.wanted, isWhole ? 0 : dataVersion);
        if (this.seen >= this.wanted) {
            this.behind = 0;
            return;
        }
        // A version that never comes was another county file's.
        this.behind += 1;
        if (this.behind > MOST_BEHIND) this.wanted = this.seen = dataVersion;
        this.plan();
    }

    private want(dataVersion: number): void {
        this.wanted = Math.max(this.wanted, dataVersion);
        this.plan();
    }

    private plan(): void {
        if (this.timer !== undefined || this.under > 0 || this.seen >= this.wanted) return;
        const gap = this.behind === 0 ? GAP_MS : Math.min(BEHIND_MS * 2 ** (this.behind - 1), BEHIND_MOST_MS);
        const wait = Math.max(0, this.last + gap - performance.now());
        this.timer = setTimeout(() => {
            this.timer = undefined;
            this.ask();
        }, wait);
    }
}
