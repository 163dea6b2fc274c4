// What stands in an event: title, time, place, and small signs with words for what differs from the ordinary.
import type { CustomContentGenerator } from "./types";
import type { Told } from "./types";
import { icon } from "../drawings";
import { make } from "../page";

const STATES: [string, string][] = [
  ["k-unanswered", "not answered yet"],
  ["k-tentative", "tentative"],
  ["k-declined", "declined"],
  ["k-free", "shown as free"],
  ["k-cancelled", "cancelled"],
];

const SIGNS = {
  waiting: "pause",
  held: "alert",
  only_here: "device",
  quiet: "eyeOff",
  conflict: "split",
  private: "lock",
} as const;

export const eventContent: CustomContentGenerator = (info) => {
  const told = info.event.extendedProps as Told;
  const title = make("span", "k-title", info.event.title || "(no subject)");
  const parts: HTMLElement[] = [title];
  const time = info.timeText ? timeOf(info.timeText) : null;
  const isColumn = info.view.type.startsWith("timeGrid") && !info.event.allDay;
  if (time) parts.splice(isColumn || info.view.type === "agenda" ? 1 : 0, 0, time);
  if (told.place && info.view.type !== "dayGridMonth") parts.push(make("span", "k-place", told.place));
  if (told.cancelled) title.prepend("Cancelled: ");
  const signs = signsOf(told);
  if (signs) parts.push(signs);
  const words = STATES.filter(([name]) => told.classes.includes(name)).map(([, text]) => text);
  if (words.length) parts.push(make("span", "unseen", `, ${words.join(", ")}`));
  return { domNodes: parts };
};

// In a narrow column only the start is told; the panel tells the rest.
function timeOf(text: string): HTMLElement {
  const [start = "", end] = text.split(/\s*–\s*/);
  const time = make("span", "k-time", start);
  if (end) time.append(make("span", "k-time-end", ` – ${end}`));
  return time;
}

function signsOf(told: Told): HTMLElement | null {
  if (!told.signs.length) return null;
  const box = make("span", "k-signs");
  for (const { kind, words } of told.signs) {
    const sign = make("span", `k-sign-${kind}`);
    sign.title = words;
    sign.append(icon(SIGNS[kind]), make("span", "unseen", words));
    box.append(sign);
  }
  return box;
}
