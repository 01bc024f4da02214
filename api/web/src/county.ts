// The county screen: asks for the figures, shows them, and says so when it cannot.
import { Live } from "./live";
import { fetchOverview, type Overview } from "./overview";
import { nextLatest, showFigures, showLatest, showWarnings } from "./panels";
import { showPictures, startPictures } from "./pictures";
import { ageText, clockText, setText, byId } from "./text";

const FIRST_REFRESH_S = 5;
const TICKER_S = 8;

let overview: Overview | undefined;
let text = "";
let updated = 0; // performance.now() of the last good answer: not touched by a wall clock that jumps
let pictured = Number.NEGATIVE_INFINITY; // performance.now() when pictures were last renewed
let skew = 0; // server's clock minus ours, milliseconds

function refreshS(): number {
    return Math.max(1, overview?.refresh_s ?? FIRST_REFRESH_S);
}

/** What is not as on a usual day. */
function noticeText(next: Overview): string {
    const words: string[] = [];
    if (next.data_until !== null && !next.today_is_now) words.push(`今日暂无数据，显示 ${next.today}`);
    if (next.plan === null) words.push("尚无网格方案");
    else if (next.plan.state === "draft") words.push("方案未发布");
    return words.join(" · ");
}

function show(next: Overview): void {
    // A new program behind the same address: take its page too.
    if (overview !== undefined && overview.version !== next.version) {
        location.reload();
        return;
    }
    const nextText = JSON.stringify(next);
    overview = next;
    const title = next.county.name === "" ? "社会治理网格" : `${next.county.name} · 社会治理网格`;
    setText("title", title);
    document.title = title;
    setText("notice", noticeText(next));
    // Figures follow each incident; pictures, which take the server longer, the usual rhythm.
    const now = performance.now();
    if (now - pictured >= refreshS() * 1000 - 500) {
        pictured = now;
        showPictures(`${next.data_version}-${next.today}`);
    }
    if (nextText === text) return;
    text = nextText;
    showFigures(next);
    showWarnings(next);
    showLatest(next);
}

function showState(): void {
    setText("clock", clockText(new Date(Date.now() + skew)));
    if (overview === undefined) return;
    const age = (performance.now() - updated) / 1000;
    const late = age > 2 * refreshS();
    document.body.classList.toggle("late", late);
    setText("age", `数据更新于 ${ageText(age)}`);
    setText("mark", late ? "▲" : "●");
    setText("word", late ? "数据延迟" : "正常");
    byId("state").className = late ? "late" : "well";
}

async function ask(): Promise<void> {
    try {
        const next = await fetchOverview(Math.max(5, refreshS()) * 1000);
        updated = performance.now();
        // Given to the minute only; a difference under two minutes is not worth moving the clock for.
        const difference = Date.parse(next.now) - Date.now();
        skew = Math.abs(difference) > 120_000 ? difference : 0;
        show(next);
        if (next.live) live.open();
        live.answered(next.data_version);
    } catch {
        if (overview === undefined) {
            setText("age", "等待服务器");
            setText("mark", "▲");
            setText("word", "未连接");
            byId("state").className = "late";
        }
    }
    showState();
}

const live = new Live(() => void ask());

async function poll(): Promise<void> {
    await ask();
    // While the server is away it is asked more often, so that the wall comes back soon.
    const away = overview === undefined || (performance.now() - updated) / 1000 > refreshS();
    setTimeout(() => void poll(), (away ? Math.min(3, refreshS()) : refreshS()) * 1000);
}

let resized: ReturnType<typeof setTimeout> | undefined;
window.addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(() => {
        if (overview === undefined) return;
        showWarnings(overview);
        showLatest(overview);
    }, 300);
});
startPictures();
setInterval(showState, 1000);
setInterval(nextLatest, TICKER_S * 1000);
showState();
void poll();
