// The frame: the rail that folds away, menus that close, copying, search fields that filter, words that stay fresh.
import { frame, isPhone, make, on, recall, remember } from "./page";

function toggleRail(): void {
  const host = frame();
  if (!host) return;
  if (isPhone()) {
    setDrawer(host.dataset.drawer !== "open");
    return;
  }
  const closed = host.dataset.rail === "closed";
  host.dataset.rail = closed ? "open" : "closed";
  remember("rail", host.dataset.rail);
}

function setDrawer(open: boolean): void {
  const host = frame();
  if (!host) return;
  if (open) host.dataset.drawer = "open";
  else delete host.dataset.drawer;
}

async function copy(button: HTMLElement): Promise<void> {
  const text = document.querySelector(`#${button.dataset.copy ?? ""}`)?.textContent ?? "";
  await navigator.clipboard.writeText(text.trim());
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { words: "Copied." } }));
}

function filterList(field: HTMLInputElement): void {
  const wanted = field.value.trim().toLowerCase();
  const items = document.querySelectorAll<HTMLElement>(field.dataset.filter ?? "");
  let shown = 0;
  items.forEach((item) => {
    item.hidden = wanted !== "" && !(item.textContent ?? "").toLowerCase().includes(wanted);
    if (!item.hidden) shown += 1;
  });
  const none = document.querySelector<HTMLElement>("#filter-none");
  if (none) none.hidden = shown > 0;
}

export function ago(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

function refreshAges(): void {
  document.querySelectorAll<HTMLElement>("[data-ago]").forEach((element) => {
    const at = Date.parse(element.dataset.ago ?? "");
    if (!Number.isNaN(at)) element.textContent = ago((Date.now() - at) / 1000);
  });
}

function closeMenus(except: Node | null): void {
  document.querySelectorAll<HTMLDetailsElement>("details.menu[open]").forEach((menu) => {
    if (!except || !menu.contains(except)) menu.open = false;
  });
}

function reveal(button: HTMLElement): void {
  const target = document.querySelector<HTMLElement>(`#${button.dataset.reveal ?? ""}`);
  if (!target) return;
  target.hidden = !target.hidden;
  button.setAttribute("aria-expanded", String(!target.hidden));
  target.querySelector<HTMLElement>("input, select, textarea")?.focus();
}

export function startFrame(): void {
  const host = frame();
  if (host && recall("rail") === "closed") host.dataset.rail = "closed";
  on("click", "[data-toggle-rail]", toggleRail);
  on("click", ".shade", () => {
    setDrawer(false);
    document.body.dispatchEvent(new CustomEvent("panel:close"));
  });
  on("click", "[data-copy]", (button) => void copy(button));
  on("click", "[data-reveal]", reveal);
  on("input", "[data-filter]", (field) => filterList(field as HTMLInputElement));
  document.addEventListener("click", (event) => closeMenus(event.target as Node));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenus(null);
      setDrawer(false);
    }
  });
  document.body.addEventListener("htmx:afterSettle", refreshAges);
  window.setInterval(refreshAges, 1000);
  document.body.addEventListener("htmx:responseError", (event) => {
    const answer = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    const words = new DOMParser().parseFromString(answer.responseText, "text/html").querySelector("[data-words]");
    tell(words?.textContent ?? "The server did not accept that. Nothing was changed; reload the page and try again.");
  });
  document.body.addEventListener("htmx:sendError", () => {
    tell("Kalends cannot be reached. What you typed is still here; try again when the connection is back.");
  });
}

function tell(words: string): void {
  const line = make("span", "", words);
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { words: line.textContent } }));
}
