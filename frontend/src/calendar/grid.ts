// The calendar of the page: FullCalendar between the bar above it and the server behind it.
import { Calendar, type CalendarOptions, type DatesSetInfo } from "fullcalendar";
import dayGrid from "fullcalendar/daygrid";
import interaction from "fullcalendar/interaction";
import list from "fullcalendar/list";
import timeGrid from "fullcalendar/timegrid";
import "fullcalendar/skeleton.css";
import { isPhone, make, on, recall, remember } from "../page";
import { closePanel, markOpenEvent, openPanel } from "../panel";
import { startKeys } from "./keys";
import { eventContent } from "./event_content";
import { SmallMonth } from "./month";
import { moved } from "./moves";
import { theme } from "./theme";
import type { Told } from "./types";
import { fillZones } from "./zones";

const VIEWS: Record<string, string> = {
  month: "dayGridMonth",
  week: "timeGridWeek",
  day: "timeGridDay",
  agenda: "agenda",
};
const EMPTY = "Nothing is planned for these 30 days. Drag over the week, or press N, to plan something.";
const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false } as const;

const AGENDA = {
  type: "list",
  duration: { days: 30 },
  titleFormat: { day: "numeric", month: "short" },
  listDayFormat: { weekday: "long", day: "numeric", month: "long" },
} as const;
const SMALL: CalendarOptions = {
  dayHeaderAlign: "center",
  titleFormat: { month: "short", year: "numeric" },
  views: {
    agenda: AGENDA,
    timeGridDay: { titleFormat: { month: "short", day: "numeric" } },
  },
};

const nameOf = (view: string): string => Object.keys(VIEWS).find((name) => VIEWS[name] === view) ?? "week";

const peopleShown = (): string =>
  [...document.querySelectorAll<HTMLInputElement>("[data-calendar]:checked")]
    .map((box) => box.dataset.calendar ?? "")
    .join(",");

export function startGrid(host: HTMLElement): () => void {
  const asked = new URLSearchParams(window.location.search);
  const view = asked.get("view") ?? recall(isPhone() ? "view.phone" : "view") ?? (isPhone() ? "day" : "week");
  const calendar = new Calendar(host, {
    ...theme,
    ...shape(host),
    initialView: VIEWS[view] ?? VIEWS.week,
    initialDate: asked.get("date") ?? undefined,
    datesSet: (info) => shownDates(calendar, month, info),
  });
  const month = new SmallMonth(
    document.querySelector<HTMLElement>("#small-month") ?? make("div"),
    (day) => calendar.gotoDate(day),
    today(host.dataset.zone ?? "UTC"),
  );
  calendar.render();
  startBar(calendar, host);
  startKeys(keys(calendar));
  const refresh = whileNothingIsHeld(calendar);
  document.body.addEventListener("calendar:changed", refresh);
  return refresh;
}

// News wait while an event is in somebody's hand; fetching would take it away.
function whileNothingIsHeld(calendar: Calendar): () => void {
  let held = false;
  let waiting = false;
  const take = (): void => {
    held = true;
  };
  const letGo = (): void => {
    held = false;
    if (waiting) calendar.refetchEvents();
    waiting = false;
  };
  calendar.on("eventDragStart", take);
  calendar.on("eventDragStop", letGo);
  calendar.on("eventResizeStart", take);
  calendar.on("eventResizeStop", letGo);
  return () => {
    if (held) waiting = true;
    else calendar.refetchEvents();
  };
}

function today(zone: string): string {
  return new Date().toLocaleDateString("sv", { timeZone: zone });
}

function shape(host: HTMLElement): CalendarOptions {
  const loading = document.querySelector("#grid-loading");
  return {
    plugins: [dayGrid, timeGrid, list, interaction],
    headerToolbar: false,
    height: "100%",
    expandRows: true,
    timeZone: host.dataset.zone,
    firstDay: 1,
    nowIndicator: true,
    navLinks: true,
    navLinkDayClick: "timeGridDay",
    selectable: true,
    selectMinDistance: 6,
    unselectCancel: "#panel",
    editable: true,
    eventResizableFromStart: true,
    dayMaxEvents: true,
    slotEventOverlap: false,
    eventMinHeight: 20,
    eventShortHeight: 36,
    slotDuration: "00:30:00",
    snapDuration: "00:15:00",
    scrollTime: "07:30:00",
    scrollTimeReset: false,
    longPressDelay: 350,
    lazyFetching: false,
    businessHours: { daysOfWeek: [1, 2, 3, 4, 5], startTime: "08:00", endTime: "18:00" },
    slotHeaderFormat: CLOCK,
    eventTimeFormat: CLOCK,
    locale: "en-gb",
    views: { agenda: AGENDA, timeGridDay: { titleFormat: { weekday: "long", day: "numeric", month: "long" } } },
    ...(isPhone() ? SMALL : {}),
    allDayText: "all day",
    noEventsText: EMPTY,
    dayHeaderContent: (info) => dayHead(info),
    events: { url: host.dataset.feed ?? "", extraParams: () => ({ people: peopleShown() }) },
    loading: (isLoading) => loading?.toggleAttribute("data-on", isLoading),
    eventContent,
    eventDidMount: ({ el, event }) => {
      el.dataset.eventId = (event.extendedProps as Told).eventId;
      el.dataset.event = event.title;
    },
    eventsSet: () => window.requestAnimationFrame(markOpenEvent),
    eventClick: (info) => {
      info.jsEvent.preventDefault();
      const { panel } = info.event.extendedProps as Told;
      if (panel) void openPanel(panel);
    },
    eventDrop: moved,
    eventResize: moved,
    select: (info) => plan(host, info.startStr, info.endStr, info.allDay),
    dateClick: (info) => {
      if (!isPhone()) return;
      plan(host, info.dateStr, "", info.allDay);
    },
  };
}

function dayHead(info: { weekdayText: string; dayNumberText: string; text: string; view: { type: string } }) {
  if (info.view.type === "dayGridMonth") return { domNodes: [make("span", "", info.text)] };
  return { domNodes: [make("span", "", info.weekdayText), make("span", "k-day-head-number", info.dayNumberText)] };
}

function plan(host: HTMLElement, start: string, end: string, allDay: boolean): void {
  const asked = new URLSearchParams({ start, end, all_day: allDay ? "1" : "" });
  void openPanel(`${host.dataset.new ?? ""}?${asked.toString()}`);
}

function shownDates(calendar: Calendar, month: SmallMonth, info: DatesSetInfo): void {
  const view = nameOf(info.view.type);
  document.querySelectorAll("[data-title]").forEach((title) => (title.textContent = info.view.title));
  document.querySelectorAll<HTMLElement>("[data-view]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  });
  const chooser = document.querySelector<HTMLSelectElement>("#view-chooser");
  if (chooser) chooser.value = view;
  remember(isPhone() ? "view.phone" : "view", view);
  const zone = String(calendar.getOption("timeZone"));
  const last = new Date(info.view.currentEnd.getTime() - 1);
  const [first, end] = [day(info.view.currentStart), day(last)];
  month.show({ first, last: end, today: today(zone) });
  const address = new URL(window.location.href);
  address.searchParams.set("view", view);
  address.searchParams.set("date", day(calendar.getDate()));
  window.history.replaceState(null, "", address);
}

const day = (date: Date): string => date.toLocaleDateString("sv");

function startBar(calendar: Calendar, host: HTMLElement): void {
  on("click", "[data-go]", (button) => {
    if (button.dataset.go === "back") calendar.prev();
    else if (button.dataset.go === "forward") calendar.next();
    else calendar.today();
  });
  on("click", "[data-view]", (button) => calendar.changeView(VIEWS[button.dataset.view ?? "week"] ?? "timeGridWeek"));
  on("change", "#view-chooser", (chooser) => {
    calendar.changeView(VIEWS[(chooser as HTMLSelectElement).value] ?? "timeGridDay");
  });
  on("change", "[data-calendar]", () => calendar.refetchEvents());
  const zones = document.querySelector<HTMLSelectElement>("#zone-chooser");
  if (zones) fillZones(zones, host.dataset.zone ?? "UTC", (zone) => calendar.setOption("timeZone", zone));
}

function keys(calendar: Calendar): Record<string, () => void> {
  const show = (name: string) => () => calendar.changeView(VIEWS[name] ?? "timeGridWeek");
  return {
    t: () => calendar.today(),
    ArrowLeft: () => calendar.prev(),
    ArrowRight: () => calendar.next(),
    m: show("month"),
    w: show("week"),
    d: show("day"),
    a: show("agenda"),
    n: () => document.querySelector<HTMLElement>("[data-new-event]")?.click(),
    "/": () => document.querySelector<HTMLElement>("#search")?.focus(),
    "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
    x: closePanel,
  };
}
