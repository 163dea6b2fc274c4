"""Contrast of every text on a page, as WCAG 2.2 §1.4.3 computes it; LOOK.md asks for 4.5:1 everywhere."""

from playwright.sync_api import Page

ENOUGH = 4.5

# Colours come as oklch(); a canvas turns them into bytes. Grounds are composed from the page up to the text, and text
# that is itself see-through is composed on them. What is out of sight or drawn over a picture or a hatch is left out.
POOR_TEXTS = """enough => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const bytes = colour => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = element => {
    const chain = [];
    for (let each = element; each; each = each.parentElement) chain.unshift(each);
    let colour = [255, 255, 255, 1];
    for (const each of chain) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== 'none' && !each.matches('select, input')) return null;
      colour = over(bytes(style.backgroundColor), colour);
    }
    return colour;
  };
  const light = colour => {
    const [r, g, b] = colour.map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opacity = element => {
    let whole = 1;
    for (let each = element; each; each = each.parentElement) whole *= Number(getComputedStyle(each).opacity);
    return whole;
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const words = text.textContent.trim();
    const element = text.parentElement;
    if (!words || element.closest('.unseen, .skip, script, template, option, datalist, :disabled')) continue;
    if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const below = ground(element);
    if (!below) continue;
    const ink = bytes(getComputedStyle(element).color);
    const seen = over([ink[0], ink[1], ink[2], ink[3] * opacity(element)], below);
    const [bright, dark] = [light(seen), light(below)].sort((a, b) => b - a);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < enough) poor.push(`${ratio.toFixed(2)} “${words.slice(0, 40)}” .${element.className}`);
  }
  return poor;
}"""


def poor_texts(page: Page) -> list[str]:
    """The texts with less contrast than enough, each with its ratio."""
    found: list[str] = page.evaluate(POOR_TEXTS, ENOUGH)
    return found
