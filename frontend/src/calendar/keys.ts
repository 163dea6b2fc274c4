// One key, one act; not while somebody types.
import { isTyping } from "../page";

export function startKeys(acts: Record<string, () => void>): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const inGroup = event.target instanceof Element && event.target.closest("[role='menu'], .choice-row");
    if (inGroup && event.key.startsWith("Arrow")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
