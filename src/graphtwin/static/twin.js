// What graphtwin's pages do beyond plain links and forms: follow changes, keep the scroll, help with a form.
"use strict";

const ASK_EVERY_MS = 1000;
const body = document.body;

// Following changes: ask for a short version text, and fetch the page again only when it differs.
async function follow() {
  const url = body.dataset.versionUrl;
  if (!url || document.hidden || body.classList.contains("dragging")) return;
  try {
    const answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) return;
    const version = await answer.text();
    const minute = Math.floor(Date.now() / 60000);
    if (version === body.dataset.version && minute === follow.minute) return;
    follow.minute = minute;
    await refresh();
    body.dataset.version = version;
  } catch {
    // The simulator is away for a moment; the next question will tell.
  }
}
follow.minute = Math.floor(Date.now() / 60000);

function pageAddress() {
  const url = new URL(location.href);
  url.searchParams.delete("done");
  url.searchParams.delete("mailed-since");
  return url;
}

async function refresh() {
  const answer = await fetch(pageAddress(), { cache: "no-store", headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (now && now.innerHTML !== old.innerHTML) swap(old, now);
  }
  refreshPanel(fresh);
}

function swap(old, now) {
  const known = new Set([...old.querySelectorAll("[data-mail]")].map((mail) => mail.id));
  const open = new Set([...old.querySelectorAll("details[open][data-keep]")].map((each) => each.dataset.keep));
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.eventId : null;
  old.replaceWith(now);
  for (const each of now.querySelectorAll("details[data-keep]")) each.open = open.has(each.dataset.keep);
  for (const mail of now.querySelectorAll("[data-mail]")) if (!known.has(mail.id)) mail.classList.add("is-new");
  if (focused) now.querySelector(`[data-event-id="${CSS.escape(focused)}"]`)?.focus();
}

function refreshPanel(fresh) {
  const old = document.getElementById("panel");
  if (!old || !old.dataset.eventId) return;
  const now = fresh.getElementById("panel");
  const same = now && now.querySelector("[data-facts]")?.innerHTML === old.querySelector("[data-facts]")?.innerHTML
    && was(now) === was(old);
  if (same) return;
  if (now && !old.contains(document.activeElement) && !isTouched(old)) {
    old.replaceWith(now);
    furnish(now);
    return;
  }
  const stale = document.getElementById("stale");
  if (stale) {
    stale.hidden = false;
    stale.querySelector("a").href = pageAddress();
  }
}

function was(panel) {
  return panel.querySelector("[name=was]")?.value;
}

function isTouched(panel) {
  const one = (field) => field.type === "checkbox" ? field.checked !== field.defaultChecked
    : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.defaultSelected)
    : field.value !== field.defaultValue;
  return [...panel.querySelectorAll("input, textarea, select")].some(one);
}

// Forms: chips that add people, all-day fields without hours, an end that follows its start.
function furnish(root) {
  for (const chips of root.querySelectorAll("[data-chips]")) chips.hidden = false;
  for (const form of root.querySelectorAll("[data-event-form]")) furnishEventForm(form);
}

// A wall clock as a number, away from any zone's summer time.
function instant(value) {
  return Date.parse(value.length > 10 ? `${value}Z` : value);
}

function furnishEventForm(form) {
  const start = form.elements["start.dateTime"];
  const end = form.elements["end.dateTime"];
  const allDay = form.querySelector("input[type=checkbox][name=isAllDay]");
  const endLabel = end.closest("label").querySelector("span");
  let before = start.value;
  allDay.addEventListener("change", () => {
    for (const field of [start, end]) {
      const day = field.value.slice(0, 10);
      field.type = allDay.checked ? "date" : "datetime-local";
      field.value = allDay.checked ? day : day && `${day}T${field === start ? "09:00" : "09:30"}`;
    }
    endLabel.textContent = allDay.checked ? "Last day" : "End";
    before = start.value;
  });
  start.addEventListener("change", () => {
    const then = new Date(instant(end.value) + instant(start.value) - instant(before));
    if (!Number.isNaN(then.getTime())) end.value = then.toISOString().slice(0, allDay.checked ? 10 : 16);
    before = start.value;
  });
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-add]");
  if (chip) {
    const field = chip.closest("form").elements[chip.dataset.addTo || "attendees"];
    if (!field.value.includes(chip.dataset.add)) field.value = [field.value.trim().replace(/;$/, ""), chip.dataset.add].filter(Boolean).join("; ");
    field.closest("details")?.setAttribute("open", "");
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("#panel [data-close]")?.click();
});

// The hours open at the working day, or where they were left.
function keepScroll() {
  const hours = document.querySelector("[data-scroll]");
  if (!hours) return;
  const left = sessionStorage.getItem("hours");
  const face = hours.querySelector(".clock-face");
  hours.scrollTop = left === null ? (face.offsetHeight / 24) * 7.5 : Number(left);
  hours.addEventListener("scroll", () => sessionStorage.setItem("hours", String(hours.scrollTop)), { passive: true });
  const today = hours.querySelector(".column.is-today");
  if (today && hours.scrollWidth > hours.clientWidth) hours.scrollLeft = today.offsetLeft - 60;
}

furnish(document);
keepScroll();
if (body.dataset.versionUrl) {
  setInterval(follow, ASK_EVERY_MS);
  document.addEventListener("visibilitychange", follow);
}
