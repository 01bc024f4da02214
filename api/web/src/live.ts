// Changes as they happen: the server's stream of events, where it has one.

export interface LiveIncident {
    seq: number;
    id: string;
    source: string;
    status: string;
    grid: string | null;
    occurred: string;
    type: string | null;
}

const LAST_KEY = "countygrid.last-event"; // survives a reload, so that nothing between two pages is missed

const GAP_MS = 1000; // figures are asked for at most once in this time

/** Calls ask() soon after every change, until it has seen the data version that the change made. */
export class Live {
    private wanted = 0;
    private seen = 0;
    private last = 0;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private stream: EventSource | undefined;

    constructor(
        private readonly ask: () => void,
        private readonly told: (incidents: LiveIncident[]) => void,
    ) {}

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

    /** An answer came. */
    answered(dataVersion: number): void {
        this.seen = dataVersion;
        this.last = performance.now();
        this.plan();
    }

    private want(dataVersion: number): void {
        this.wanted = Math.max(this.wanted, dataVersion);
        this.plan();
    }

    private plan(): void {
        if (this.timer !== undefined || this.seen >= this.wanted) return;
        const wait = Math.max(0, this.last + GAP_MS - performance.now());
        this.timer = setTimeout(() => {
            this.timer = undefined;
            this.last = performance.now();
            this.ask();
        }, wait);
    }
}
