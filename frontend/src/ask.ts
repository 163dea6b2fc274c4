// A question before something happens: the server writes it, with the buttons that answer it.
import { on } from "./page";

export function ask(html: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#ask");
  if (!dialog) return Promise.resolve(false);
  dialog.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function startDialogs(): void {
  on("click", "[data-open-dialog]", (element) => {
    document.querySelector<HTMLDialogElement>(`#${element.dataset.openDialog ?? ""}`)?.showModal();
  });
  on("click", "dialog", (element, event) => {
    if (event.target === element) (element as HTMLDialogElement).close();
  });
}
