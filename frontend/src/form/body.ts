// A small editor for the text: what was not touched is not sent, so that Outlook's own HTML survives.
import { on } from "../page";

function mark(editor: HTMLElement): void {
  editor.toggleAttribute("data-empty", (editor.textContent ?? "").trim() === "" && !editor.querySelector("img, li, table"));
}

export function startEditor(editor: HTMLElement): void {
  const form = editor.closest("form");
  const body = form?.querySelector<HTMLTextAreaElement>("[name='body']");
  const changed = form?.querySelector<HTMLInputElement>("[name='body_changed']");
  mark(editor);
  editor.addEventListener("input", () => {
    mark(editor);
    if (!body || !changed) return;
    body.value = editor.hasAttribute("data-empty") ? "" : editor.innerHTML;
    if (changed.value !== "1") {
      changed.value = "1";
      changed.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  editor.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData?.getData("text/plain") ?? "");
  });
}

export function startEditorTools(): void {
  on("pointerdown", "[data-command]", (_button, event) => event.preventDefault());
  on("click", "[data-command]", (button) => {
    button.closest(".editor-frame")?.querySelector<HTMLElement>(".editor")?.focus();
    document.execCommand(button.dataset.command ?? "");
  });
}
