// What every script needs of the page: elements by name, requests that carry the token, htmx.

interface Htmx {
  ajax(verb: string, path: string, options: { target: string; swap: string }): Promise<void>;
  process(element: Element): void;
  trigger(element: Element, name: string, detail?: unknown): void;
}

declare global {
  interface Window {
    htmx: Htmx;
  }
}

export const frame = (): HTMLElement | null => document.querySelector(".frame");

export function on<Name extends keyof DocumentEventMap>(
  name: Name,
  selector: string,
  act: (element: HTMLElement, event: DocumentEventMap[Name]) => void,
): void {
  document.addEventListener(name, (event) => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (element) act(element, event);
  });
}

export async function post(path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(path, {
    method: "POST",
    headers: { "X-CSRFToken": document.body.dataset.token ?? "", "X-Requested-With": "fetch" },
    body: new URLSearchParams(fields),
  });
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  text = "",
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export const isPhone = (): boolean => window.matchMedia("(max-width: 820px)").matches;

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export const recall = (name: string): string | null => window.localStorage.getItem(`kalends.${name}`);

export const remember = (name: string, value: string): void => window.localStorage.setItem(`kalends.${name}`, value);
