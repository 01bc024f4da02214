// What a key means. A kiosk's wall takes only those of its playlist; an alarm takes any.

export type Command = "in" | "out" | "next" | "previous" | "pause" | "language" | "acknowledge" | "arrow" | "none";

const usual: Record<string, Command> = {
    Enter: "in",
    Escape: "out",
    Backspace: "out",
    ArrowLeft: "arrow",
    ArrowRight: "arrow",
    ArrowUp: "arrow",
    ArrowDown: "arrow",
    PageDown: "next",
    n: "next",
    PageUp: "previous",
    p: "previous",
    " ": "pause",
    l: "language",
};

const kiosk: Record<string, Command> = {
    ArrowRight: "next",
    PageDown: "next",
    ArrowLeft: "previous",
    PageUp: "previous",
    " ": "pause",
};

export function commandOf(key: string, isKiosk: boolean, isAlarm: boolean): Command {
    if (isAlarm) return "acknowledge";
    const name = key.length === 1 ? key.toLowerCase() : key;
    return (isKiosk ? kiosk : usual)[name] ?? "none";
}
