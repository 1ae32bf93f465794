// What looks wrong on a page: each function returns a list of what it found. Tests of pages evaluate this file.
({
  // Siblings of which one lies on the other, and what is wider than the page.
  overlaps: () => {
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(e).position !== "absolute"; };
  const found = [];
  for (const home of document.querySelectorAll("#top, #toolbar, .facts-line, .panel-head, .panel-head form, .row-head, summary, .slider, .weight, #tabs, main")) {
    const boxes = [...home.children].filter(seen);
    for (const [k, one] of boxes.entries()) for (const other of boxes.slice(k + 1)) {
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const over = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      const sticky = [one, other].some((each) => getComputedStyle(each).position === "sticky");
      if (over && !sticky) found.push(`${one.outerHTML.slice(0, 80)} over ${other.outerHTML.slice(0, 80)}`);
    }
  }
  for (const each of document.querySelectorAll("#options *, #view *, #output *, #top *")) {
    const r = each.getBoundingClientRect();
    if (r.width && r.right > innerWidth + 1 && !each.closest("pre, svg")) found.push(`${each.outerHTML.slice(0, 80)} sticks out`);
  }
  return found;
},

  // Text whose contrast to what is behind it is less than WCAG's AA wants: 4.5, or 3 for large letters.
  faint: () => {
  const numbers = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if ((c[3] ?? 1) > 0.99) return c; } return [255, 255, 255]; };
  const found = [];
  for (const each of document.querySelectorAll("body *")) {
    const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own && !each.matches("input.number, input.text, select") || each.disabled || each.closest(".off, :disabled, .cell") || !each.getClientRects().length) continue;
    const style = getComputedStyle(each), a = light(numbers(style.color)), b = light(behind(each));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) found.push(`${contrast.toFixed(2)} ${each.outerHTML.slice(0, 100)}`);
  }
  return found;
},

  // What can be used and has no name that is read out.
  nameless: () => [...document.querySelectorAll("button, input, select, [tabindex]")].filter((e) =>
  !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length || e.title || e.placeholder || e.closest("label") || e.matches("pre")))
  .map((e) => e.outerHTML.slice(0, 100)),
})
