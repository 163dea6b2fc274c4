// What the server tells of an event besides its title and time.
import type { EventDisplayInfo } from "fullcalendar";

export interface Sign {
  kind: "waiting" | "held" | "only_here" | "quiet" | "conflict" | "private";
  words: string;
}

export interface Told {
  eventId: string;
  panel: string;
  move: string;
  version: number;
  place: string;
  cancelled: boolean;
  classes: string[];
  signs: Sign[];
}

export type CustomContentGenerator = (info: EventDisplayInfo) => { domNodes: HTMLElement[] };
