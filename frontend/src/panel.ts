// The panel at the right: opened with an address, closed with Escape; the focus goes there and comes back.
import { frame, isTyping, on } from "./page";

let cameFrom: HTMLElement | null = null;

const panel = (): HTMLElement | null => document.querySelector("#panel");

export async function openPanel(address: string, { keepFocus = false } = {}): Promise<void> {
  if (!panel()) {
    window.location.assign(address.replace(/\/panel$/, "/"));
    return;
  }
  if (!keepFocus) cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  await window.htmx.ajax("GET", address, { target: "#panel", swap: "innerHTML" });
}

export function closePanel(): void {
  const element = panel();
  if (!element || frame()?.dataset.panel !== "open") return;
  delete frame()?.dataset.panel;
  element.replaceChildren();
  markOpenEvent();
  cameFrom?.focus();
  cameFrom = null;
}

export const openEventId = (): string | undefined =>
  panel()?.querySelector<HTMLElement>("[data-event-panel]")?.dataset.eventPanel;

export function markOpenEvent(): void {
  const id = openEventId();
  document.querySelectorAll<HTMLElement>(".k-event").forEach((element) => {
    element.toggleAttribute("data-open", id !== undefined && element.dataset.eventId === id);
  });
}

// What another device or Outlook changed is shown at once, but never under somebody's hands: not while something is
// typed, opened or asked for, and not when the panel meanwhile shows something else.
export async function refreshPanel(): Promise<void> {
  const shown = panel()?.querySelector<HTMLElement>("[data-refresh]");
  if (!shown || isInUse(shown)) return;
  const answer = await fetch(shown.dataset.refresh ?? "", { headers: { "HX-Request": "true" } });
  const parts = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const place = shown.parentElement;
  if (!answer.ok || !place || !shown.isConnected || isInUse(shown)) return;
  const scrolled = shown.querySelector(".panel-scroll")?.scrollTop ?? 0;
  const hadFocus = shown.contains(document.activeElement);
  place.replaceChildren(...parts.childNodes);
  window.htmx.process(place);
  place.querySelector(".panel-scroll")?.scrollTo({ top: scrolled });
  if (hadFocus) place.querySelector<HTMLElement>(".panel-body")?.focus({ preventScroll: true });
  markOpenEvent();
}

const isInUse = (shown: HTMLElement): boolean =>
  isTyping(document.activeElement) ||
  shown.hasAttribute("data-touched") ||
  shown.querySelector("details[open], .htmx-request") !== null;

function arrived(): void {
  const element = panel();
  const host = frame();
  if (!element || !host) return;
  if (!element.firstElementChild) {
    closePanel();
    return;
  }
  const wasOpen = host.dataset.panel === "open";
  host.dataset.panel = "open";
  markOpenEvent();
  const first = element.querySelector<HTMLElement>("[data-focus]");
  if (first) first.focus();
  else if (!wasOpen) element.querySelector<HTMLElement>(".panel-body")?.focus({ preventScroll: true });
}

export function startPanel(): void {
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === panel()) arrived();
  });
  document.body.addEventListener("panel:close", closePanel);
  on("click", "[data-close-panel]", closePanel);
  on("change", "[data-refresh]", (shown) => shown.toggleAttribute("data-touched", true));
  on("click", "[data-open-panel]", (element, event) => {
    if (event.ctrlKey || event.metaKey || !panel()) return;
    event.preventDefault();
    void openPanel(element.dataset.openPanel ?? "");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (isTyping(event.target) && panel()?.contains(event.target as Node)) (event.target as HTMLElement).blur();
    else closePanel();
  });
}
