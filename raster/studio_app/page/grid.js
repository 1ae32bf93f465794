// Grid: the images side by side, each with its boxes; pictures are exchanged as they come.

import { el } from "./dom.js";

export const SVG = "http://www.w3.org/2000/svg";

export class Grid {
  constructor(open) {
    this.home = document.getElementById("grid");
    this.open = open; // called with the number of an image that is to be seen large
    this.cells = new Map(); // image number -> cell
    this.shown = new Map(); // image number -> { url, header, bytes }
    this.home.addEventListener("keydown", (event) => this._keys(event));
    this.aspect = 1;
    new ResizeObserver(() => this.fit()).observe(this.home);
  }

  // So many columns that the images are as large as they can be and yet all are seen; never smaller than a thumb.
  fit() {
    const [width, height, gap] = [this.home.clientWidth - 4, this.home.clientHeight - 4, 8];
    if (!width || !this.cells.size) return;
    let best = [0, 1];
    for (let columns = 1; columns <= this.cells.size; columns += 1) {
      const rows = Math.ceil(this.cells.size / columns);
      const side = Math.min((width - gap * (columns - 1)) / columns, ((height - gap * (rows - 1)) / rows) * this.aspect);
      if (side > best[0]) best = [side, columns];
    }
    const least = matchMedia("(max-width: 1000px)").matches ? 84 : 110;
    const [side, columns] = best[0] >= least ? best : [least, "auto-fill"];
    this.home.style.gridTemplateColumns = `repeat(${columns}, ${Math.floor(side)}px)`;
  }

  lay(numbers) {
    if (numbers.join() === [...this.cells.keys()].join()) return;
    const focused = this.home.contains(document.activeElement);
    this.cells = new Map(numbers.map((number) => [number, this.cells.get(number) ?? this._cell(number)]));
    for (const [number, { url }] of this.shown) {
      if (!this.cells.has(number)) {
        URL.revokeObjectURL(url);
        this.shown.delete(number);
      }
    }
    this.home.replaceChildren(...[...this.cells.values()].map((cell) => cell.item));
    this.fit();
    if (focused) this.cells.get(numbers[0])?.button.focus();
  }

  _cell(number) {
    const image = el("img", { alt: `image ${number}`, draggable: false });
    const boxes = document.createElementNS(SVG, "svg");
    boxes.setAttribute("aria-hidden", "true");
    const button = el("button", { type: "button", class: "cell waiting", data: { number }, "aria-label": `Image ${number}, large`, onclick: () => this.open(number) },
      image, el("span", { class: "number-of" }, String(number)));
    button.insertBefore(boxes, image.nextSibling);
    return { item: el("div", { role: "listitem" }, button), button, image, boxes };
  }

  // Show a picture; a promise of whether it can be seen: not if a newer one took its place meanwhile.
  async show(header, body) {
    const cell = this.cells.get(header.number);
    if (!cell) return false;
    const before = this.shown.get(header.number);
    const blob = new Blob([body], { type: "image/png" });
    const url = URL.createObjectURL(blob);
    this.shown.set(header.number, { url, header, blob });
    const ready = cell.image.decode ? () => cell.image.decode().catch(() => {}) : () => Promise.resolve();
    cell.image.src = url;
    cell.image.width = header.width;
    cell.image.height = header.height;
    if (Math.abs(this.aspect - header.width / header.height) > 0.02) {
      this.aspect = header.width / header.height;
      this.fit();
    }
    cell.button.classList.remove("waiting");
    cell.button.classList.toggle("coarse", header.coarse);
    cell.button.classList.toggle("ids", header.layer !== "color" && header.layer !== "overlay");
    drawBoxes(cell.boxes, header, (entry) => this.color(entry.class_id));
    await ready();
    if (before) URL.revokeObjectURL(before.url);
    return this.shown.get(header.number)?.url === url;
  }

  // Keep the images that are seen, to compare others with.
  pin() {
    for (const url of this.pinned?.values() ?? []) URL.revokeObjectURL(url);
    this.pinned = new Map([...this.shown].map(([number, { blob }]) => [number, URL.createObjectURL(blob)]));
  }

  // Show the pinned images, or again those that are drawn.
  compare(on) {
    for (const [number, cell] of this.cells) {
      const now = this.shown.get(number);
      const url = on ? this.pinned?.get(number) : now?.url;
      if (url) cell.image.src = url;
      cell.button.classList.toggle("pinned", Boolean(on && url));
    }
  }

  setClasses(classes) {
    this.classes = classes;
  }

  color(id) {
    const color = this.classes?.[id]?.color ?? [255, 255, 255];
    return `rgb(${color.join(" ")})`;
  }

  _keys(event) {
    const numbers = [...this.cells.keys()];
    const at = numbers.indexOf(Number(event.target.dataset?.number));
    if (at < 0) return;
    const first = this.cells.get(numbers[0]).button.offsetTop;
    const columns = numbers.filter((number) => this.cells.get(number).button.offsetTop === first).length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = numbers[at + step];
    if (step === undefined || next === undefined) return;
    event.preventDefault();
    this.cells.get(next).button.focus();
  }
}

export function drawBoxes(svg, header, color) {
  svg.setAttribute("viewBox", `0 0 ${header.width} ${header.height}`);
  svg.replaceChildren(...header.boxes.map((entry) => {
    const [x, y, width, height] = entry.bbox;
    const box = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x, y, width, height })) box.setAttribute(name, value);
    box.style.stroke = color(entry);
    return box;
  }));
}
