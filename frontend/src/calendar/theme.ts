// FullCalendar's parts in our class names, so that styles/grid.css and styles/events.css can dress them.
import { joinClassNames, type CalendarOptions, type EventDisplayInfo } from "fullcalendar";

interface Day {
  dow: number;
  isToday: boolean;
  isOther: boolean;
}

const day = (name: string) => (info: Day) =>
  joinClassNames(
    name,
    (info.dow === 0 || info.dow === 6) && "k-weekend",
    info.isOther && "k-other",
    info.isToday && "k-today",
  );

const ends = (info: EventDisplayInfo) =>
  joinClassNames(info.isStart && "k-start", info.isEnd && "k-end", info.isDragging && "k-dragging");

const handle = (kind: string) => `k-handle k-handle-${kind}`;

export const theme: CalendarOptions = {
  className: "k-calendar",
  viewClass: (info) =>
    joinClassNames(
      "k-view",
      info.view.type === "dayGridMonth" && "k-month",
      info.view.type === "timeGridWeek" && "k-week",
      info.view.type === "agenda" && "k-list",
    ),
  tableHeaderClass: "k-header",
  dayHeaderClass: day("k-day-head"),
  dayHeaderInnerClass: "k-day-head-inner",
  dayHeaderDividerClass: "k-divider",
  dayHeaderAlign: "start",
  dayRowClass: "k-row",
  dayCellClass: day("k-day"),
  dayCellTopClass: "k-day-top",
  dayCellTopInnerClass: "k-day-number",
  dayCellBottomClass: "k-day-foot",
  dayLaneClass: day("k-day"),
  dayLaneInnerClass: "k-lane",
  slotLaneClass: (info) => joinClassNames("k-slot", info.isMinor && "k-slot-minor"),
  slotHeaderClass: (info) => joinClassNames("k-slot k-slot-head", info.isFirst && "k-slot-first"),
  slotHeaderInnerClass: "k-slot-head-inner",
  allDayHeaderClass: "k-all-day-head",
  allDayHeaderInnerClass: "k-all-day-head-inner",
  allDayDividerClass: "k-all-day-divider",
  nonBusinessHoursClass: "k-off-hours",
  highlightClass: "k-highlight",
  nowIndicatorLineClass: "k-now-line",
  eventClass: (info) => joinClassNames("k-event", ends(info), info.isSelected && "k-selected"),
  blockEventClass: "k-block",
  rowEventClass: "k-row-like",
  rowEventInnerClass: "k-event-inner",
  rowEventBeforeClass: (info) => info.isStartResizable && `${handle("row")} k-handle-start`,
  rowEventAfterClass: (info) => info.isEndResizable && `${handle("row")} k-handle-end`,
  columnEventClass: (info) => joinClassNames("k-column", info.isShort && "k-short"),
  columnEventInnerClass: "k-event-inner",
  columnEventBeforeClass: (info) => info.isStartResizable && `${handle("column")} k-handle-top`,
  columnEventAfterClass: (info) => info.isEndResizable && `${handle("column")} k-handle-bottom`,
  listItemEventClass: "k-dot-like",
  listItemEventInnerClass: "k-event-inner",
  listItemEventBeforeClass: "k-dot",
  rowMoreLinkClass: "k-more",
  columnMoreLinkClass: "k-more k-more-column",
  popoverClass: "k-popover",
  popoverCloseClass: "k-popover-close",
  popoverCloseContent: () => "×",
  dayCellInnerClass: (info) => info.inPopover && "k-popover-body",
  listDayHeaderClass: (info) => joinClassNames("k-list-head", info.isToday && "k-today"),
  noEventsClass: "k-empty",
  noEventsInnerClass: "k-empty-inner",
};
