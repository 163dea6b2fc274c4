// Short messages at the foot of the page, with "Undo" where an act can be taken back.
import { make, post } from "./page";

export interface Toast {
  words: string;
  undo?: string;
}

const SECONDS = 8;

export function toast({ words, undo }: Toast): void {
  const place = document.querySelector("#toasts");
  if (!place) return;
  const box = make("div", "toast");
  box.append(make("span", "", words));
  if (undo) box.append(undoButton(undo, box));
  const close = make("button", "button-link", "Close");
  close.type = "button";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  place.replaceChildren(box);
  window.setTimeout(() => box.remove(), SECONDS * 1000);
}

function undoButton(path: string, box: HTMLElement): HTMLButtonElement {
  const button = make("button", "button-link", "Undo");
  button.type = "button";
  button.addEventListener("click", async () => {
    box.remove();
    const answer = await post(path, {});
    say(answer);
  });
  return button;
}

// The server names what pages shall do in the header that htmx reads too.
export function say(answer: Response): void {
  const told = answer.headers.get("HX-Trigger");
  if (!told) return;
  for (const [name, detail] of Object.entries(JSON.parse(told) as Record<string, unknown>)) {
    document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

export function startToasts(): void {
  document.body.addEventListener("toast", (event) => toast((event as CustomEvent<Toast>).detail));
  document.querySelectorAll<HTMLElement>("[data-toast]").forEach((element) => toast({ words: element.dataset.toast ?? "" }));
}
