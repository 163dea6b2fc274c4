// Forms arrive with the panel; whatever was swapped in comes alive here.
import { startEditor } from "./body";
import { Chips } from "./chips";
import { startWhen } from "./when";

export function startForms(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("[data-chips]:not([data-alive])").forEach((host) => {
    host.dataset.alive = "";
    new Chips(host);
  });
  root.querySelectorAll<HTMLElement>(".editor:not([data-alive])").forEach((editor) => {
    editor.dataset.alive = "";
    startEditor(editor);
  });
  root.querySelectorAll<HTMLFormElement>("form[data-event-form]:not([data-alive])").forEach((form) => {
    form.dataset.alive = "";
    startWhen(form);
  });
}
