import "@fontsource-variable/inter";
import "./styles/index.css";
import { startDialogs } from "./ask";
import { startGrid } from "./calendar/grid";
import { startEditorTools } from "./form/body";
import { startForms } from "./form/start";
import { startFrame } from "./frame";
import { startLive } from "./live";
import { refreshPanel, startPanel } from "./panel";
import { startToasts } from "./toast";

startFrame();
startToasts();
startDialogs();
startPanel();
startEditorTools();
startForms(document);
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof HTMLElement) startForms(event.target);
});

const host = document.querySelector<HTMLElement>("#calendar");
const refreshGrid = host ? startGrid(host) : undefined;

startLive(() => {
  refreshGrid?.();
  refreshPanel();
  document.querySelectorAll("[data-live]").forEach((part) => window.htmx.trigger(part, "live"));
});
