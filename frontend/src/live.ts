// Changes arrive by server-sent events; several in a row are one refresh.
export function startLive(refresh: () => void): void {
  const address = document.body.dataset.changes;
  if (!address) return;
  let waiting: number | undefined;
  let source: EventSource | undefined;
  let lost = false;

  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(refresh, 120);
  };
  const open = (): void => {
    source = new EventSource(address);
    source.addEventListener("change", soon);
    source.addEventListener("open", () => {
      if (lost) soon();
      lost = false;
    });
    source.addEventListener("error", () => {
      lost = true;
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(open, 3000);
    });
  };
  open();
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
}
