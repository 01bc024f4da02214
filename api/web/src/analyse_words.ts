// Words of the analyst's page in two languages.
import { getLang } from "./words";

const words = {
    title: ["事件分析", "Incident analysis"],
    home: ["县域网格", "County grids"],
    other: ["English", "中文"],
    what: ["看什么", "What"],
    kind: ["图的种类", "Kind of picture"],
    measure: ["数值", "Measure"],
    types: ["事件类型", "Types of incidents"],
    allTypes: ["全部类型", "all types"],
    when: ["时段", "When"],
    from: ["起", "from"],
    to: ["止", "to"],
    last: ["最近", "last"],
    days: ["天", "days"],
    compare: ["与另一时段比较", "Compare with another period"],
    before: ["前一时段", "period before"],
    lastYear: ["去年同期", "a year before"],
    where: ["范围", "Where"],
    county: ["全县", "whole county"],
    town: ["乡镇", "town"],
    community: ["村（社区）", "community"],
    all: ["全部", "all"],
    box: ["框选（米）", "Drawn box (metres)"],
    draw: ["在图上框选", "Draw a box"],
    drawArea: ["在图上圈定", "Draw an outline"],
    area: ["圈定范围（每行一个点：东,北，米）", "Drawn outline (a place a line: east,north in metres)"],
    outlining: [
        "逐点点击，双击或点回第一点完成。键盘：方向键移动十字（Shift 微调），空格落点，退格撤销，回车完成，Esc 取消。",
        "Click place by place; a double click, or the first place again, ends. Keys: arrows move the cross (Shift: finely), Space sets a place, Backspace takes it back, Enter ends, Esc cancels.",
    ],
    places: ["{n} 个点（至多 {most}）", "{n} places (of {most})"],
    undoPlace: ["撤销一点", "Take one back"],
    closeArea: ["完成", "Done"],
    giveUp: ["取消", "Cancel"],
    fewPlaces: ["至少需要三个点。", "An outline has three places at least."],
    manyPlaces: ["点太多：至多 150 个。", "Too many places: 150 at most."],
    smallArea: ["范围太小：东西、南北都应至少 100 米。", "Too small: at least 100 m a side."],
    crossedArea: ["边线自相交或重叠，请撤销几点重画。", "The outline crosses or touches itself: take a place back."],
    outsideArea: ["圈定的范围在县域之外。", "The outline lies outside the county."],
    wrongArea: ["每行一个点，写作 东,北（米），至少三行；也可粘贴 WKT 或 GeoJSON。", "A place a line, written east,north in metres, three lines at least; WKT and GeoJSON are taken too."],
    drawing: ["按住拖出一个框，Esc 取消", "Drag a box, Esc cancels"],
    clear: ["清除", "clear"],
    how: ["怎么画", "How"],
    kernel: ["核函数", "Kernel"],
    bandwidth: ["带宽（米，空为自动）", "Bandwidth (metres, empty: automatic)"],
    chosen: ["自动选出", "chosen"],
    apply: ["应用", "apply"],
    now: ["本期", "this period"],
    old: ["对比期", "other period"],
    side: ["并排", "side by side"],
    change: ["差值", "difference"],
    views: ["显示", "show"],
    facts: ["数据", "Figures"],
    caveats: ["请注意", "Beware"],
    rows: ["明细", "Rows"],
    more: ["其余 {n} 行见下载的表格", "{n} more rows are in the table to download"],
    command: ["等价命令行", "Command line"],
    commandNote: ["county.sqlite 换成县数据文件，得到的文件与此图逐字节相同。", "With the county's file in place of county.sqlite: the same bytes."],
    link: ["永久链接", "Permanent link"],
    copy: ["复制", "copy"],
    copied: ["已复制", "copied"],
    downloads: ["下载", "Downloads"],
    loading: ["正在计算", "Working"],
    seconds: ["秒", "s"],
    cancel: ["停止", "Stop"],
    cancelled: ["已停止。", "Stopped."],
    waiting: ["排队中，前面还有 {n} 个分析", "Waiting for {n} other analyses"],
    menu: ["选择条件", "Choose"],
    again: ["重试", "try again"],
    failed: ["没有得到结果：", "No result: "],
    offline: ["服务器没有应答。", "The server does not answer."],
    wrongBandwidth: ["带宽应为 10 至 50000 米的数，留空为自动。", "The bandwidth is a number of metres from 10 to 50000, or empty for automatic."],
    wrongBox: ["框选应为四个数（米）：西,南,东,北。", "The box is four numbers in metres: west,south,east,north."],
    wrongTypes: ["没有这种事件类型。", "There is no such type of incidents."],
    wrongPlace: ["没有这个编码的乡镇、村或网格。", "No town, community or grid has this code."],
    longPeriod: ["时段应为 1 至 3660 天，起不晚于止。", "A period has 1 to 3660 days, the first not after the last."],
    tooLong: ["分析超过了时限：请缩短时段或缩小范围。", "The analysis took too long: choose a shorter period or a smaller area."],
    tooMany: ["服务器正忙，分析排队已满，请稍后重试。", "The server is busy with other analyses: try again in a while."],
    empty: ["所选时段、类型和范围内没有事件。", "No incidents of these types in this period and place."],
    at: ["指针处", "Under the pointer"],
    outside: ["不在网格内", "in no grid"],
    density: ["密度", "density"],
    hint: ["把指针移到图上可读取网格与密度；滚轮放大，点乡镇名下钻。", "Move the pointer over the map to read grid and density; wheel zooms, a click opens a place."],
    until: ["数据截至", "data until"],
    wrongPeriod: ["请把起止日期填完整，起不晚于止。", "Fill in both days, the first not after the last."],
    up: ["上一级", "up"],
} as const;

export type AnalyseWord = keyof typeof words;

export function say(key: AnalyseWord): string {
    return words[key][getLang() === "zh" ? 0 : 1];
}

/** Titles of pictures and measures; the server has Chinese ones. */
const english: Record<string, string> = {
    map: "Heat map", choropleth: "Measure by grid", hotspots: "Hot and cold spots", moran: "Spatial autocorrelation (local Moran)",
    clusters: "Clusters (scan statistic)", change: "Change by grid", difference: "Change of density", contours: "Density contours",
    hexbin: "Hexagons", trend: "Trend by day", calendar: "Calendar", hours: "Hours of the week", types: "Types", ranking: "Ranking of places",
    histogram: "Histogram of grids", incidents_per_1000_smoothed: "incidents per 1000 households, smoothed",
    incidents_per_1000: "incidents per 1000 households", excess: "against the households' share", incidents: "incidents", gaussian: "Gaussian", quartic: "quartic",
    epanechnikov: "Epanechnikov", triangular: "triangular", uniform: "uniform",
};
const chinese: Record<string, string> = {
    map: "热力图", choropleth: "率与数（网格分级图）", trend: "趋势（逐日）", gaussian: "高斯", quartic: "四次", epanechnikov: "Epanechnikov",
    triangular: "三角", uniform: "均匀", excess: "对户数份额",
};

export function named(name: string, title = name): string {
    return getLang() === "en" ? (english[name] ?? title) : (chinese[name] ?? title);
}
