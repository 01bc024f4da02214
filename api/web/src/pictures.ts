// Panels drawn by the server at the true pixels of the wall. The last picture stays until the next one is whole.

interface Panel {
    box: HTMLElement;
    name: string;
    shown: string;
    asked: string;
}

const panels: Panel[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let version = "";

/** Hundred units --u of county.css in pixels: body text is 1.9 of them, so drawings and page write alike. */
function screenPx(): number {
    return (parseFloat(getComputedStyle(document.body).fontSize) / 1.9) * 100;
}

function address(panel: Panel): string {
    const ratio = window.devicePixelRatio || 1;
    const box = panel.box.getBoundingClientRect();
    const query = new URLSearchParams({
        w: String(Math.max(16, Math.round(box.width * ratio))),
        h: String(Math.max(16, Math.round(box.height * ratio))),
        screen: String(Math.round(screenPx() * ratio)),
        v: version,
    });
    return `/api/render/${panel.name}?${query.toString()}`;
}

async function load(panel: Panel): Promise<void> {
    const url = address(panel);
    if (version === "" || url === panel.shown || url === panel.asked) return;
    panel.asked = url;
    const image = new Image();
    image.alt = panel.box.getAttribute("aria-label") ?? "";
    image.src = url;
    try {
        await image.decode();
    } catch {
        // Away or busy: the last picture stays, the next round asks again.
        if (panel.asked === url) panel.asked = "";
        panel.box.classList.toggle("old", panel.shown !== "");
        return;
    }
    if (panel.asked !== url) return;
    panel.shown = url;
    panel.asked = "";
    panel.box.classList.remove("old");
    panel.box.replaceChildren(image);
}

function loadAll(): void {
    for (const panel of panels) void load(panel);
}

export function startPictures(): void {
    for (const box of document.querySelectorAll<HTMLElement>("[data-picture]"))
        panels.push({ box, name: box.dataset.picture ?? "", shown: "", asked: "" });
    window.addEventListener("resize", () => {
        clearTimeout(timer);
        timer = setTimeout(loadAll, 300);
    });
}

/** next names the data and the day that the pictures shall show. */
export function showPictures(next: string): void {
    version = next;
    loadAll();
}
