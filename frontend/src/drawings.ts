// The few icons that scripts draw themselves; templates draw theirs on the server.
import alert from "@tabler/icons/outline/alert-triangle.svg?raw";
import pause from "@tabler/icons/outline/clock-pause.svg?raw";
import split from "@tabler/icons/outline/arrows-split-2.svg?raw";
import eyeOff from "@tabler/icons/outline/eye-off.svg?raw";
import lock from "@tabler/icons/outline/lock.svg?raw";
import device from "@tabler/icons/outline/device-laptop.svg?raw";
import left from "@tabler/icons/outline/chevron-left.svg?raw";
import right from "@tabler/icons/outline/chevron-right.svg?raw";
import cross from "@tabler/icons/outline/x.svg?raw";

const drawings = { alert, pause, split, eyeOff, lock, device, left, right, cross };
const parser = new DOMParser();

export function icon(name: keyof typeof drawings): SVGElement {
  const svg = parser.parseFromString(drawings[name], "image/svg+xml").documentElement as unknown as SVGElement;
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  return document.importNode(svg, true);
}
