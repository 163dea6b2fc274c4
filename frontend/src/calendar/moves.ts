// Dragging and resizing: the server says whom Outlook would mail; only a "yes" makes the change.
import type { EventApi } from "fullcalendar";
import type { Told } from "./types";
import { ask } from "../ask";
import { post } from "../page";
import { say, toast } from "../toast";

interface Moved {
  event: EventApi;
  revert: () => void;
}

export async function moved({ event, revert }: Moved): Promise<void> {
  const told = event.extendedProps as Told;
  const fields = {
    start: event.startStr,
    end: event.endStr,
    all_day: event.allDay ? "1" : "",
    version: String(told.version),
  };
  try {
    let answer = await post(told.move, fields);
    if (answer.status === 202) {
      if (!(await ask(await answer.text()))) {
        revert();
        return;
      }
      answer = await post(told.move, { ...fields, confirmed: "1" });
    }
    if (!answer.ok) {
      revert();
      toast({ words: await answer.text() });
    }
    say(answer);
  } catch {
    revert();
    toast({ words: "Kalends cannot be reached. The event stays where it was." });
  }
}
