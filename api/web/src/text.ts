// Numbers, times and elements.
import { getLang } from "./words";

/** A figure and what is written small beside it: 12,345 and from 100 000 on 12.3 万, from 10^8 on 1.2 亿. */
export function countParts(value: number): [string, string] {
    if (getLang() === "en") return [Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ","), ""];
    if (value >= 1e8) return [(value / 1e8).toFixed(1), "亿"];
    if (value >= 1e5) return [(value / 1e4).toFixed(1), "万"];
    return [Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ","), ""];
}

export function count(value: number): string {
    const [figure, unit] = countParts(value);
    return unit === "" ? figure : `${figure} ${unit}`;
}

const weekdays = {
    zh: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
    en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};

/** The same moment as if the wall stood in Asia/Shanghai, whatever its own zone is. Read it by the UTC getters. */
export function localTime(now: Date): Date {
    return new Date(now.getTime() + 8 * 3600 * 1000);
}

export function clockText(now: Date): string {
    const local = localTime(now);
    const iso = local.toISOString();
    return `${iso.slice(0, 10)}  ${iso.slice(11, 19)}  ${weekdays[getLang()][local.getUTCDay()] ?? ""}`;
}

/** "11-21 23:58" of an ISO time that the server gave in local time. */
export function shortTime(iso: string): string {
    return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}

/** A day so many days from another, both as 2026-11-21. */
export function dayAfter(day: string, days: number): string {
    return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function ageText(seconds: number): string {
    const steps: [number, string, string][] = [[86400, "天前", "d ago"], [3600, "小时前", "h ago"], [60, "分钟前", "min ago"]];
    const zh = getLang() === "zh";
    for (const [size, chinese, english] of steps)
        if (seconds >= size) return `${Math.floor(seconds / size)} ${zh ? chinese : english}`;
    return `${Math.floor(seconds)} ${zh ? "秒前" : "s ago"}`;
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
    if (text !== "") element.textContent = text;
    return element;
}

export function setText(id: string, text: string): void {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
}
