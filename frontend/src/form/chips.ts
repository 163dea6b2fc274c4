// A list that grows by typing: people (with suggestions from the contacts) and places. Each entry is a row with
// hidden fields, made from the template beside the list, so that the form posts plain fields.
import { make } from "../page";

interface Contact {
  name: string;
  address: string;
}

let counter = 0;

export class Chips {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly pattern: HTMLTemplateElement;
  private readonly box = make("ul", "combo-list");
  private found: Contact[] = [];
  private chosen = -1;
  private asked = 0;

  constructor(private readonly host: HTMLElement) {
    this.input = host.querySelector<HTMLInputElement>("[data-chips-input]") as HTMLInputElement;
    this.list = host.querySelector<HTMLElement>("[data-chips-list]") as HTMLElement;
    this.pattern = host.querySelector("template") as HTMLTemplateElement;
    counter += 1;
    this.box.id = `suggestions-${counter}`;
    this.box.setAttribute("role", "listbox");
    this.box.hidden = true;
    this.input.after(this.box);
    if (host.dataset.contacts) this.beCombobox();
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => window.setTimeout(() => this.left(), 120));
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  private beCombobox(): void {
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-controls", this.box.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.addEventListener("input", () => void this.suggest());
  }

  private async suggest(): Promise<void> {
    const text = this.input.value.trim();
    this.asked += 1;
    const turn = this.asked;
    if (!text) {
      this.close();
      return;
    }
    const answer = await fetch(`${this.host.dataset.contacts ?? ""}?q=${encodeURIComponent(text)}`);
    if (turn !== this.asked || !answer.ok) return;
    this.found = (await answer.json()) as Contact[];
    this.open();
  }

  private open(): void {
    this.box.replaceChildren(...this.found.map((contact, index) => this.suggestion(contact, index)));
    this.box.hidden = this.found.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.box.hidden));
    this.choose(this.found.length ? 0 : -1);
  }

  private suggestion(contact: Contact, index: number): HTMLElement {
    const item = make("li");
    item.id = `${this.box.id}-${index}`;
    item.setAttribute("role", "option");
    item.append(make("span", "strong", contact.name || contact.address));
    if (contact.name) item.append(make("span", "small faint", contact.address));
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.add(contact.address, contact.name);
    });
    return item;
  }

  private choose(index: number): void {
    this.chosen = index;
    [...this.box.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const active = this.box.children[index];
    if (active) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    this.found = [];
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.found.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose((this.chosen + step + this.found.length) % this.found.length);
    } else if (event.key === "Escape" && !this.box.hidden) {
      event.preventDefault();
      this.close();
    } else if (["Enter", ",", ";"].includes(event.key) && this.input.value.trim()) {
      event.preventDefault();
      this.take();
    }
  }

  private left(): void {
    const complete = this.host.dataset.contacts ? this.input.value.includes("@") : this.input.value.trim() !== "";
    if (complete) this.take();
    else this.close();
  }

  private take(): void {
    const contact = this.found[this.chosen];
    if (contact) this.add(contact.address, contact.name);
    else this.addTyped(this.input.value.trim());
  }

  private addTyped(text: string): void {
    const mail = /^(.*)<([^<>]+@[^<>]+)>$/.exec(text);
    if (mail) this.add((mail[2] ?? "").trim(), (mail[1] ?? "").replaceAll('"', "").trim());
    else if (!this.host.dataset.contacts || text.includes("@")) this.add(text, "");
  }

  private add(address: string, name: string): void {
    const known = [...this.list.querySelectorAll<HTMLInputElement>("[data-key]")].map((field) => field.value.toLowerCase());
    this.input.value = "";
    this.close();
    if (known.includes(address.toLowerCase())) return;
    const row = this.pattern.content.cloneNode(true) as DocumentFragment;
    for (const [selector, value] of [["[data-key]", address], ["[data-name]", name]] as const) {
      const field = row.querySelector<HTMLInputElement>(selector);
      if (field) field.value = value;
    }
    const title = row.querySelector("[data-words]");
    if (title) title.textContent = name || address;
    const under = row.querySelector("[data-under]");
    if (under) under.textContent = name ? address : "";
    row.querySelector("[data-remove]")?.setAttribute("aria-label", `Remove ${name || address}`);
    this.list.append(row);
    this.changed();
  }

  private clicked(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest("[data-remove]") : null;
    if (!button) return;
    button.closest("li")?.remove();
    this.input.focus();
    this.changed();
  }

  private changed(): void {
    this.list.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
