// Moving an event with the mouse: by quarters of an hour in a day's column, by days between columns and cells.
"use strict";

const FAR_ENOUGH_PX = 6;
const STEP_MINUTES = 15;

let drag = null;

document.addEventListener("dragstart", (event) => {
  if (event.target.closest(".entry")) event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  const entry = event.target.closest(".calendar .entry");
  if (!entry || event.button !== 0 || event.pointerType !== "mouse") return;
  drag = { entry, x: event.clientX, y: event.clientY, day: dayAt(event), ghost: null, moved: null };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > FAR_ENOUGH_PX;
  if (!drag.ghost && far) lift();
  if (drag.ghost) carry(event);
});

document.addEventListener("pointerup", (event) => {
  if (!drag) return;
  const done = drag;
  drop();
  if (!done.ghost) return;
  document.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
  setTimeout(() => settle(done, movedBy(done, event)), 0);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) drop();
});

function lift() {
  const box = drag.entry.getBoundingClientRect();
  drag.ghost = drag.entry.cloneNode(true);
  drag.ghost.classList.add("ghost");
  drag.ghost.removeAttribute("data-event-id");
  Object.assign(drag.ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
  drag.entry.parentElement.append(drag.ghost);
  drag.entry.classList.add("is-dragged");
  document.body.classList.add("dragging");
}

function carry(event) {
  drag.ghost.style.transform = `translate(${event.clientX - drag.x}px, ${event.clientY - drag.y}px)`;
  const by = movedBy(drag, event);
  const time = drag.ghost.querySelector(".entry-time");
  if (time && by) time.textContent = clock(drag.entry.dataset.start, by.minutes);
  for (const each of document.querySelectorAll(".is-target")) each.classList.remove("is-target");
  if (by) boxAt(event)?.classList.add("is-target");
}

function drop() {
  drag.ghost?.remove();
  drag.entry.classList.remove("is-dragged");
  document.body.classList.remove("dragging");
  for (const each of document.querySelectorAll(".is-target")) each.classList.remove("is-target");
  drag = null;
}

// How far it was carried: whole days by the box under the pointer, minutes by the height where hours are shown.
function movedBy(from, event) {
  const day = dayAt(event);
  if (!day || !from.day) return null;
  const days = Math.round((Date.parse(day) - Date.parse(from.day)) / 86400000);
  const column = from.entry.closest(".column");
  if (!column) return { days, minutes: 0 };
  const quarters = Math.round(((event.clientY - from.y) / column.offsetHeight) * 24 * 60 / STEP_MINUTES);
  return { days, minutes: quarters * STEP_MINUTES };
}

function settle(done, by) {
  if (!by || (by.days === 0 && by.minutes === 0)) return;
  const people = Number(done.entry.dataset.people || 0);
  const whom = people === 1 ? "the person invited" : `${people} people invited`;
  if (people && !confirm(`Move “${done.entry.dataset.subject}”? Exchange will mail ${whom} (update).`)) return;
  const form = document.getElementById("move");
  form.action = `${document.querySelector(".calendar").dataset.events}${encodeURIComponent(done.entry.dataset.eventId)}/move`;
  form.elements.days.value = by.days;
  form.elements.minutes.value = by.minutes;
  form.submit();
}

function boxAt(event) {
  return document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.matches(".calendar [data-day]"));
}

// A day's column, its head or its cell; over the bars between them only the place across counts.
function dayAt(event) {
  const direct = boxAt(event);
  if (direct) return direct.dataset.day;
  const across = [...document.querySelectorAll(".day-head[data-day]")].find((head) => {
    const box = head.getBoundingClientRect();
    return box.left <= event.clientX && event.clientX < box.right;
  });
  return across?.dataset.day;
}

function clock(start, minutes) {
  const moved = new Date(Date.parse(`${start}Z`) + minutes * 60000);
  return moved.toISOString().slice(11, 16);
}
