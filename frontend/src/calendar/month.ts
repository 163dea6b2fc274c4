// The small month in the rail: pick a day, see which ones the grid shows.
import { icon } from "../drawings";
import { make } from "../page";

const NAMES = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

export interface Shown {
  first: string;
  last: string;
  today: string;
}

const text = (date: Date): string => date.toISOString().slice(0, 10);

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);

export class SmallMonth {
  private month: Date;
  private shown: Shown;

  constructor(
    private readonly host: HTMLElement,
    private readonly pick: (day: string) => void,
    today: string,
  ) {
    this.shown = { first: today, last: today, today };
    this.month = utc(`${today.slice(0, 7)}-01`);
    this.draw();
  }

  show(shown: Shown): void {
    this.shown = shown;
    const middle = new Date((utc(shown.first).getTime() + utc(shown.last).getTime()) / 2);
    this.month = utc(`${(this.marks ? text(middle) : shown.first).slice(0, 7)}-01`);
    this.draw();
  }

  // A whole month is no stretch worth marking in a month.
  private get marks(): boolean {
    return utc(this.shown.last).getTime() - utc(this.shown.first).getTime() < 14 * 86_400_000;
  }

  private turn(by: number): void {
    this.month.setUTCMonth(this.month.getUTCMonth() + by);
    this.draw();
  }

  private draw(): void {
    this.host.replaceChildren(this.head(), this.table());
  }

  private head(): HTMLElement {
    const head = make("div", "month-head");
    const title = this.month.toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
    head.append(make("span", "", title));
    head.append(this.arrow("left", "Month before", -1, "push"), this.arrow("right", "Month after", 1, ""));
    return head;
  }

  private arrow(name: "left" | "right", label: string, by: number, more: string): HTMLButtonElement {
    const button = make("button", `button button-icon ${more}`);
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.append(icon(name));
    button.addEventListener("click", () => {
      this.turn(by);
      this.host.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.focus();
    });
    return button;
  }

  private table(): HTMLTableElement {
    const table = make("table");
    const names = make("tr");
    NAMES.forEach((name) => {
      const cell = make("th", "", name);
      cell.scope = "col";
      names.append(cell);
    });
    const head = make("thead");
    head.append(names);
    const body = make("tbody");
    const start = new Date(this.month);
    start.setUTCDate(1 - ((start.getUTCDay() + 6) % 7));
    for (let week = 0; week < 6; week += 1) body.append(this.week(start, week));
    table.append(head, body);
    return table;
  }

  private week(start: Date, week: number): HTMLTableRowElement {
    const row = make("tr");
    for (let day = 0; day < 7; day += 1) {
      const date = new Date(start);
      date.setUTCDate(start.getUTCDate() + week * 7 + day);
      const cell = make("td");
      cell.append(this.day(date));
      row.append(cell);
    }
    return row;
  }

  private day(date: Date): HTMLButtonElement {
    const day = text(date);
    const button = make("button", "month-day", String(date.getUTCDate()));
    button.type = "button";
    button.setAttribute(
      "aria-label",
      date.toLocaleDateString("en", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }),
    );
    button.toggleAttribute("data-other", date.getUTCMonth() !== this.month.getUTCMonth());
    button.toggleAttribute("data-shown", this.marks && day >= this.shown.first && day <= this.shown.last);
    if (day === this.shown.today) {
      button.toggleAttribute("data-today", true);
      button.setAttribute("aria-current", "date");
    }
    button.addEventListener("click", () => this.pick(day));
    return button;
  }
}
