// The end follows the start; "all day" hides the clocks; the zones appear when asked for.
const minutes = (day: string, time: string): number => Date.parse(`${day}T${time || "00:00"}:00Z`) / 60000;

const fill = (form: HTMLFormElement, name: string): HTMLInputElement | null =>
  form.querySelector<HTMLInputElement>(`[name='${name}']`);

export function startWhen(form: HTMLFormElement): void {
  const [startDay, startTime, endDay, endTime, allDay] = [
    "start_day", "start_time", "end_day", "end_time", "all_day",
  ].map((name) => fill(form, name));
  if (!startDay || !startTime || !endDay || !endTime || !allDay) return;
  let length = minutes(endDay.value, endTime.value) - minutes(startDay.value, startTime.value);

  const follow = (): void => {
    const end = new Date((minutes(startDay.value, startTime.value) + Math.max(length, 0)) * 60000);
    if (Number.isNaN(end.getTime())) return;
    endDay.value = end.toISOString().slice(0, 10);
    if (!allDay.checked) endTime.value = end.toISOString().slice(11, 16);
  };
  const measure = (): void => {
    length = minutes(endDay.value, endTime.value) - minutes(startDay.value, startTime.value);
  };
  const shape = (): void => {
    form.querySelectorAll<HTMLElement>("[data-when]").forEach((part) => part.toggleAttribute("data-all-day", allDay.checked));
    form.querySelectorAll<HTMLElement>("[data-clock]").forEach((part) => (part.hidden = allDay.checked));
  };
  startDay.addEventListener("change", follow);
  startTime.addEventListener("change", follow);
  endDay.addEventListener("change", measure);
  endTime.addEventListener("change", measure);
  allDay.addEventListener("change", shape);
  shape();
}
