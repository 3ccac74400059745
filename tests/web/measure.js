// What stands in somebody's way on this page at this width: one line for each barrier. `least`: text, target and lines as numbers.
({ least, language }) => {
  const found = new Set();
  const told = (what, element) => found.add(`${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`);
  const seen = (element) => element.checkVisibility() && !element.closest(".hidden-words, .skip, option, [hidden], noscript");

  const there = window.innerWidth;
  if (document.documentElement.scrollWidth > there) {
    found.add(`${document.documentElement.scrollWidth} pixels wide`);
    for (const element of document.querySelectorAll("body *")) {
      if (element.getBoundingClientRect().right > there + 1 && seen(element) && !element.closest(".table-scroll")) told("beyond the edge", element);
    }
  }
  if (document.documentElement.lang !== language) found.add(`speaks ${document.documentElement.lang}`);
  if (!document.title.trim()) found.add("no title");
  for (const [what, number] of [["h1", 1], ["main", 1], ["body > header", 1], ["nav", 1], ["body > footer", 1]]) {
    const count = [...document.querySelectorAll(what)].filter((element) => element.checkVisibility()).length;
    if (what === "nav" ? count < number : count !== number) found.add(`${count} × ${what}`);
  }
  for (const input of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const name = input.labels?.length || input.getAttribute("aria-label") || input.getAttribute("aria-labelledby");
    if (!name && seen(input)) told("no label", input);
  }

  const colour = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = colour(getComputedStyle(at).backgroundColor);
      if (layer.a) layers.push(layer);
      if (layer.a === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) => [r, g, b].map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (element, style) => {
    const back = ground(element), [a, b] = [light(over(colour(style.color), back)), light(back)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const parents = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (node.textContent.trim()) parents.add(node.parentElement);
  for (const element of parents) {
    if (!seen(element) || element.closest("script, style, svg")) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    if (size < least.text - 0.01) told(`text of ${size}`, element);
    if (parseFloat(style.lineHeight) / size < least.lines - 0.01) told(`lines of ${(parseFloat(style.lineHeight) / size).toFixed(2)}`, element);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast(element, style) < (large ? 3 : 4.5)) told(`contrast ${contrast(element, style).toFixed(2)}`, element);
    const clips = style.overflowX !== "visible" && style.display !== "inline" && element.scrollWidth > element.clientWidth + 1;
    if (clips && !["auto", "scroll"].includes(style.overflowX)) told("text is cut off", element);
  }

  // A link inside a sentence is as high as its line (WCAG 2.2, 2.5.8).
  const inline = (element) => element.matches("a[href], button.linklike") && getComputedStyle(element).display === "inline";
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(element) || inline(element)) continue;
    const box = element.closest(".choice") ?? element, { width, height } = box.getBoundingClientRect(), style = getComputedStyle(box);
    const room = element.type === "checkbox" ? [style.marginLeft, style.marginTop].map((margin) => 2 * parseFloat(margin)) : [0, 0];
    if (width + room[0] < least.target - 0.5 || height + room[1] < least.target - 0.5) told(`target of ${width.toFixed()}×${height.toFixed()}`, element);
  }
  return [...found];
}
