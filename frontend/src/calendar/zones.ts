// Another time zone for the grid, for as long as the page is open; the person's own stays in the profile.
import { make } from "../page";

function option(zone: string, words: string): HTMLOptionElement {
  const element = make("option", "", words);
  element.value = zone;
  return element;
}

function offset(zone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date());
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

const label = (zone: string): string => zone.split("/").pop()?.replaceAll("_", " ") ?? zone;

export function fillZones(chooser: HTMLSelectElement, own: string, show: (zone: string) => void): void {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const near = [...new Set([own, here, "UTC"])];
  chooser.replaceChildren(...near.map((zone) => option(zone, label(zone))));
  chooser.value = own;
  const tell = (): void => {
    chooser.title = `${chooser.value.replaceAll("_", " ")}, ${offset(chooser.value)}`;
  };
  tell();
  const fillRest = (): void => {
    const all = make("optgroup");
    all.label = "All zones";
    const zones = Intl.supportedValuesOf("timeZone").filter((zone) => !near.includes(zone));
    all.append(...zones.map((zone) => option(zone, zone.replaceAll("_", " "))));
    chooser.append(all);
  };
  chooser.addEventListener("pointerdown", fillRest, { once: true });
  chooser.addEventListener("keydown", fillRest, { once: true });
  chooser.addEventListener("change", () => {
    tell();
    show(chooser.value);
  });
}
