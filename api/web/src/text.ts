// Numbers, times and elements.

/** A figure and what is written small beside it: 12,345 and from 100 000 on 12.3 万, from 10^8 on 1.2 亿. */
export function countParts(value: number): [string, string] {
    if (value >= 1e8) return [(value / 1e8).toFixed(1), "亿"];
    if (value >= 1e5) return [(value / 1e4).toFixed(1), "万"];
    return [Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ","), ""];
}

export function count(value: number): string {
    const [figure, unit] = countParts(value);
    return unit === "" ? figure : `${figure} ${unit}`;
}

const weekdays = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"];

/** Date, time and weekday in Asia/Shanghai, whatever the wall's own zone is. */
export function clockText(now: Date): string {
    const local = new Date(now.getTime() + 8 * 3600 * 1000);
    const iso = local.toISOString();
    return `${iso.slice(0, 10)}  ${iso.slice(11, 19)}  ${weekdays[local.getUTCDay()] ?? ""}`;
}

/** "11-21 23:58" of an ISO time that the server gave in local time. */
export function shortTime(iso: string): string {
    return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}

export function ageText(seconds: number): string {
    if (seconds < 60) return `${Math.floor(seconds)} 秒前`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟前`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} 小时前`;
    return `${Math.floor(seconds / 86400)} 天前`;
}

export function byId(id: string): HTMLElement {
    const element = document.getElementById(id);
    if (element === null) throw new Error(`no element ${id}`);
    return element;
}

/** A new element with text; never markup. */
export function make(tag: string, className: string, text = ""): HTMLElement {
    const element = document.createElement(tag);
    if (className !== "") element.className = className;
    element.textContent = text;
    return element;
}

export function setText(id: string, text: string): void {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
}
