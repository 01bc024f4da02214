// Changes as they happen: the server's stream of events, where it has one.

const GAP_MS = 1000; // figures are asked for at most once in this time

/** Calls ask() soon after every change, until it has seen the data version that the change made. */
export class Live {
    private wanted = 0;
    private seen = 0;
    private last = 0;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private stream: EventSource | undefined;

    constructor(private readonly ask: () => void) {}

    /** Opens the stream once; a browser comes back to it by itself and names what it has. */
    open(): void {
        if (this.stream !== undefined) return;
        this.stream = new EventSource("/api/events");
        this.stream.addEventListener("incidents", (event) => {
            const { data_version } = JSON.parse((event as MessageEvent<string>).data) as { data_version: number };
            this.want(data_version);
        });
        this.stream.addEventListener("reset", () => this.want(this.seen + 1));
        this.stream.addEventListener("error", () => {
            // Refused for good (too many readers, no intake any more): asking now and then goes on.
            if (this.stream?.readyState === EventSource.CLOSED) this.stream = undefined;
        });
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
