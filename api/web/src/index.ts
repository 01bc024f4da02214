// Start page: what this server shows.
import { estimateMark, fetchOverview } from "./overview";
import { byId, count, make, setText } from "./text";

interface Entry {
    name: string;
    title: string;
}

function link(href: string, title: string): HTMLElement {
    const item = make("li", "");
    const anchor = make("a", "", title);
    anchor.setAttribute("href", href);
    item.append(anchor);
    return item;
}

async function start(): Promise<void> {
    const reply = await fetch("/api/pictures");
    const lists = (await reply.json()) as { pictures: Entry[]; measures: Entry[] };
    const scenes = (await (await fetch("/api/scenes")).json()) as { scenes: { name: string; title: { zh: string } }[] };
    byId("scenes").replaceChildren(
        ...scenes.scenes.map((scene) => link(`/screen/${scene.name}`, scene.title.zh)),
        link("/screen/play", "轮播"),
    );
    byId("pictures").replaceChildren(...lists.pictures.map((p) => link(`/api/render/${p.name}`, p.title)));
    byId("measures").replaceChildren(
        ...lists.measures.map((m) => link(`/api/render/choropleth?measure=${m.name}`, m.title)),
    );
    const overview = await fetchOverview(15000);
    const n = overview.numbers;
    if (overview.county.name !== "") setText("title", `${overview.county.name} · 社会治理网格`);
    setText(
        "summary",
        `${count(n.towns)} 个乡镇，${count(n.communities)} 个村和社区，${count(n.grids)} 个网格，` +
            `${count(n.households)} 户${estimateMark(n, "households")}，` +
            `${count(n.population)} 人${estimateMark(n, "population")}`,
    );
}

start().catch(() => setText("summary", "暂时读不到数据，请稍后刷新。"));
