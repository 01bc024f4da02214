// The page's own words in two languages. Names of places, types and states are the county's and stay as they are.

export type Lang = "zh" | "en";

const words = {
    waiting: ["正在读取数据", "reading data"],
    noServer: ["等待服务器", "waiting for the server"],
    unconnected: ["未连接", "not connected"],
    connecting: ["连接中", "connecting"],
    well: ["正常", "in order"],
    late: ["数据延迟", "data delayed"],
    updated: ["数据更新于", "updated"],
    until: ["数据截至", "data until"],
    noEvents: ["暂无事件", "no incidents"],
    noWarnings: ["近 7 日无预警网格", "no grid under warning in 7 days"],
    warningSpan: ["近 7 日对前四周", "7 days vs. 4 weeks"],
    grids: ["网格", "grids"],
    households: ["户数", "households"],
    population: ["人口", "people"],
    estimated: ["（估算）", " (estimated)"],
    partly: ["（部分估算）", " (partly estimated)"],
    today: ["今日", "today"],
    events: ["事件", "incidents"],
    to: ["至", "to"],
    yesterday: ["较前日同时段", "vs. day before"],
    year: ["同比", "vs. last year"],
    few: ["少于 10 起，不稳定", "under 10, unsteady"],
    open: ["未办结", "open"],
    settled: ["近 30 天办结率", "settled, 30 days"],
    outside: ["近 30 天网格外", "outside grids, 30 days"],
    camera: ["类摄像头", "cameras"],
    above: ["超上限", "above"],
    below: ["低于下限", "below"],
    proved: ["有证明", "proved"],
    unproved: ["无证明", "unproved"],
    byRule: ["按规定", "by rule"],
    usual: ["周均", "usual"],
    limit: ["上限", "limit"],
    untyped: ["未分类", "untyped"],
    noData: ["今日暂无数据，显示", "no data today; shown"],
    noPlan: ["尚无网格方案", "no plan yet"],
    draft: ["方案未发布", "plan not published"],
    days30: ["近 30 天", "30 days"],
    nothingBelow: ["没有下级", "nothing below"],
    alarm: ["告警", "Alarm"],
    what: ["事件", "what"],
    where: ["位置", "where"],
    since: ["时间", "since"],
    who: ["处置", "who answers"],
    press: ["按任意键或点击确认", "press any key or click to acknowledge"],
    openAlarms: ["未确认告警", "open alarms"],
    acknowledged: ["已确认", "acknowledged"],
    red: ["网格转为红色预警", "grid turned red"],
    centre: ["社会治理中心", "governance centre"],
    elsewhere: ["网格外", "outside all grids"],
    paused: ["暂停", "paused"],
} satisfies Record<string, [string, string]>;

const colours = { red: ["红", "I"], orange: ["橙", "II"], yellow: ["黄", "III"], blue: ["蓝", "IV"] } as const;

let lang: Lang = "zh";

export function setLang(next: Lang): void {
    lang = next;
    document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}

export function getLang(): Lang {
    return lang;
}

export function word(name: keyof typeof words): string {
    return words[name][lang === "zh" ? 0 : 1];
}

export function colourWord(name: keyof typeof colours): string {
    return colours[name][lang === "zh" ? 0 : 1];
}

/** A unit behind a number: 起, 户 and so on; English needs none. */
export function unit(chinese: string): string {
    return lang === "zh" ? chinese : "";
}
