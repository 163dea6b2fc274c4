"""A twin served to a real browser, and what to look for there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from playwright.sync_api import Page

from graphtwin.app import Twin

# What can be read must stand out: 4.5 to 1, and no text below 11 pixels. Colours are resolved by a canvas.
FAINT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parts = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, under) => [0, 1, 2].map((each) => top[each] * top[3] + under[each] * (1 - top[3])).concat(1);
  const line = (element) => element ? [element, ...line(element.parentElement)] : [];
  const ground = (element) => line(element).reverse().map((each) => parts(getComputedStyle(each).backgroundColor))
    .reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  const light = (colour) => colour.slice(0, 3).map((each) => each / 255)
    .map((each) => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (!text || box.width < 2 || box.height < 2 || style.visibility === "hidden") continue;
    if (element.closest(".unseen, .skip, option, noscript, .is-new")) continue;
    const under = ground(element);
    const opacity = line(element).reduce((product, each) => product * Number(getComputedStyle(each).opacity), 1);
    const [r, g, b, a] = parts(style.color);
    const lights = [light(over([r, g, b, a * opacity], under)), light(under)].sort((x, y) => y - x);
    const contrast = (lights[0] + 0.05) / (lights[1] + 0.05);
    const small = parseFloat(style.fontSize) < 11;
    if (contrast < 4.5 || small) found.push(`${contrast.toFixed(2)} ${style.fontSize} ${text}`);
  }
  return found;
}"""


@contextmanager
def served(twin: Twin) -> Iterator[str]:
    """Serve a twin on a free port of this machine; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    twin.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options = {"lifespan": "off", "log_level": "error", "access_log": False, "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(twin.asgi, **options))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield twin.origin
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def complaints(page: Page) -> list[str]:
    """A list that fills with what the page writes to its console and with its failed requests."""
    found: list[str] = []
    page.on("console", lambda message: found.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("response", lambda answer: found.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    return found
