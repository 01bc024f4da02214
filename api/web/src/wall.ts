// Which scene and which place the wall shows, and the change from one to the next without a gap.
import type { Arrow } from "./drill";
import type { Overview } from "./overview";
import type { Scene, Scenes } from "./scenes";
import { Stage } from "./stage";
import { byId } from "./text";

const PATIENCE_MS = 8000; // pictures that take longer come after the change
const IDLE_MS = 120_000; // after which a wall with a playlist goes on by itself

export class Wall {
    private stage: Stage | undefined; // shown
    private coming: Stage | undefined; // being built behind it
    private list: Scene[] = [];
    private index = 0;
    private dueMs = 0;
    private touchedMs = Number.NEGATIVE_INFINITY;
    isPaused = false;

    constructor(
        private readonly scenes: Scenes,
        private readonly placePictures: Set<string>,
        private readonly address: URL,
        private readonly changed: () => void,
    ) {
        this.list = this.readList();
        this.index = 0;
    }

    private readList(): Scene[] {
        const path = this.address.pathname.split("/").pop() ?? "";
        const find = (name: string): Scene | undefined => this.scenes.scenes.find((scene) => scene.name === name);
        if (path !== "play") return [find(decodeURIComponent(path))].filter((scene) => scene !== undefined);
        const asked = (this.address.searchParams.get("scenes") ?? "").split(",").filter((name) => name !== "");
        const found = asked.map(find).filter((scene) => scene !== undefined);
        if (found.length > 0) return found;
        return this.scenes.playlist.scenes.map(find).filter((scene) => scene !== undefined);
    }

    private dwellMs(scene: Scene): number {
        const asked = Number(this.address.searchParams.get("dwell") ?? "");
        return (asked >= 1 ? asked : (scene.dwell_s ?? this.scenes.playlist.dwell_s)) * 1000;
    }

    get scene(): Scene | undefined {
        return (this.coming ?? this.stage)?.scene;
    }

    get place(): string {
        return (this.coming ?? this.stage)?.place ?? "";
    }

    get position(): string {
        return this.list.length > 1 ? `${this.index + 1} / ${this.list.length}` : "";
    }

    /** The scene that the address names; place of the address, else of the scene. */
    start(): void {
        const scene = this.list[0];
        if (scene === undefined) return;
        this.enter(scene, this.address.searchParams.get("place") ?? scene.place ?? "");
    }

    private enter(scene: Scene, place: string): void {
        this.coming?.dispose();
        const stage = new Stage(scene, place, this.placePictures, (code) => this.open(code));
        stage.root.classList.add("behind");
        byId("stage").prepend(stage.root);
        stage.build();
        this.coming = stage;
        this.dueMs = performance.now() + this.dwellMs(scene);
        if (this.stage === undefined) this.swap(stage, true);
        else setTimeout(() => this.swap(stage, true), PATIENCE_MS);
        this.changed();
    }

    /** What was built behind comes forward when it is whole, or when it took too long. */
    private swap(stage: Stage, atOnce: boolean): void {
        if (this.coming !== stage || (!atOnce && !stage.isWhole)) return;
        this.coming = undefined;
        this.stage?.dispose();
        this.stage = stage;
        stage.root.classList.remove("behind");
        this.dueMs = performance.now() + this.dwellMs(stage.scene);
    }

    open(code: string): void {
        const scene = this.scene;
        if (scene === undefined || code === this.place) return;
        this.touchedMs = performance.now();
        this.enter(scene, code);
    }

    /** To the parent of the place shown; FALSE at the top. */
    back(overview: Overview | undefined): boolean {
        const scene = this.scene;
        const parents = overview?.place.parents ?? [];
        const parent = parents[parents.length - 1];
        if (scene === undefined || parent === undefined) return false;
        this.open(parent.level === "county" ? (scene.place === undefined ? "" : parent.code) : parent.code);
        return true;
    }

    step(by: number): void {
        if (this.list.length < 2) return;
        this.index = (this.index + by + this.list.length) % this.list.length;
        const scene = this.list[this.index] as Scene;
        this.touchedMs = Number.NEGATIVE_INFINITY;
        this.enter(scene, scene.place ?? "");
    }

    /** A new language: the same scene, written anew. */
    rewrite(): void {
        const scene = this.scene;
        if (scene !== undefined) this.enter(scene, this.place);
    }

    /** Of what is being built, where something is: the overview is of its place. FALSE: not all could be shown, ask again. */
    async show(overview: Overview): Promise<boolean> {
        return (this.coming ?? this.stage)?.show(overview) ?? true;
    }

    /** What is shown has all its pictures. */
    get isWhole(): boolean {
        return this.stage?.isWhole ?? false;
    }

    second(now: Date): void {
        this.stage?.second(now);
        if (this.coming !== undefined) this.swap(this.coming, false);
        const time = performance.now();
        if (this.isPaused || time - this.touchedMs < IDLE_MS || this.list.length < 2) return;
        if (time >= this.dueMs && this.coming === undefined) this.step(1);
    }

    turn(): void {
        this.stage?.turn();
    }

    resize(): void {
        this.stage?.resize();
        this.coming?.resize();
    }

    move(arrow: Arrow): void {
        this.touchedMs = performance.now();
        this.stage?.move(arrow);
    }

    in(): boolean {
        return this.stage?.enter() ?? false;
    }
}
