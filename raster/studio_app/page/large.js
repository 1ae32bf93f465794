// Large: one image as large as there is room, and what is at the pixel under the pointer or the cross.

import { el, flow, shown } from "./dom.js";
import { SVG, drawBoxes } from "./grid.js";

const LIGHTS_MS = 250; // of rest, before the light at a pixel is measured

export class Large {
  constructor(probe, closed, step, grid) {
    this.home = document.getElementById("large");
    this.probe = probe; // called with a pixel and whether its light is wanted
    this.closed = closed;
    this.step = step; // called with -1 or 1: another image
    this.grid = grid;
    this.number = null;
    this.at = null;
    this._build();
  }

  _build() {
    this.title = el("h2", {});
    const button = (label, text, click) => el("button", { type: "button", "aria-label": label, title: label, onclick: click }, text);
    this.image = el("img", { alt: "", draggable: false });
    this.boxes = document.createElementNS(SVG, "svg");
    this.boxes.setAttribute("class", "boxes");
    this.boxes.setAttribute("aria-hidden", "true");
    this.cross = el("div", { class: "cross", hidden: true });
    this.stage = el("div", { class: "stage", tabIndex: 0, role: "application", "aria-label": "Image. Arrow keys move the cross, Shift by ten pixels" }, this.image, this.cross);
    this.stage.insertBefore(this.boxes, this.cross);
    this.facts = el("div", { class: "facts", "aria-live": "polite" }, el("p", { class: "hint" }, "Point at the image, or click and move the cross with the arrow keys."));
    this.home.append(
      el("div", { class: "large-head" }, button("Back to all images (Esc)", "← All images", () => this.close()), button("Image before", "◀", () => this.step(-1)), this.title, button("Image after", "▶", () => this.step(1)),
        this.save = el("a", { class: "button", title: "The file as it is in a data set, if the layer is colour" }, "Save picture")),
      el("div", { class: "large-body" }, el("div", { class: "stage-home" }, this.stage), this.facts));
    this.stage.addEventListener("pointermove", (event) => this._point(event, false));
    this.stage.addEventListener("click", (event) => this._point(event, true));
    this.stage.addEventListener("keydown", (event) => this._keys(event));
    new ResizeObserver(() => this._fit()).observe(this.home);
  }

  open(number) {
    this.number = number;
    this.title.textContent = `Image ${number}`;
    this.home.hidden = false;
    document.getElementById("grid").hidden = true;
    const held = this.grid.shown.get(number);
    if (held) this._show(held.header, held.url);
    if (this.at) this._ask(true);
    this.stage.focus({ preventScroll: true });
  }

  close() {
    const number = this.number;
    this.number = null;
    this.home.hidden = true;
    document.getElementById("grid").hidden = false;
    this.closed(number);
  }

  get isOpen() {
    return this.number !== null;
  }

  // A new picture of the image that is open is there, in the grid's hands.
  renew(header, url) {
    if (header.number !== this.number) return;
    this._show(header, url);
    if (!header.coarse && this.at) this._ask(true);
  }

  _show(header, url) {
    this.header = header;
    this.image.src = url;
    this.save.href = url;
    this.save.download = `${String(header.number).padStart(6, "0")}${header.layer === "color" ? "" : `-${header.layer}`}.png`;
    this.save.hidden = header.coarse;
    this.stage.classList.toggle("coarse", header.coarse);
    if (!header.coarse) this.size = [header.width, header.height];
    drawBoxes(this.boxes, header, (entry) => this.grid.color(entry.class_id));
    this._fit();
  }

  // As large as there is room, by a whole factor where that is 2 or more: pixels are seen as they are.
  _fit() {
    if (!this.isOpen || !this.size) return;
    const home = this.stage.parentElement;
    const [width, height] = this.size;
    const factor = Math.min(home.clientWidth / width, home.clientHeight / height);
    const scale = factor >= 2 ? Math.floor(factor) : factor;
    this.stage.style.width = `${width * scale}px`;
    this.stage.style.height = `${height * scale}px`;
    this._mark();
  }

  _point(event, pinned) {
    if (!this.size) return;
    const box = this.image.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.size[0]);
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.size[1]);
    this._go(column, row, pinned);
  }

  _keys(event) {
    const step = event.shiftKey ? 10 : 1;
    const [column, row] = this.at ?? (this.size ? [this.size[0] >> 1, this.size[1] >> 1] : [0, 0]);
    const to = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!to) return;
    event.preventDefault();
    this._go(column + to[0], row + to[1], true);
  }

  _go(column, row, now) {
    const [width, height] = this.size;
    const at = [Math.max(0, Math.min(width - 1, column)), Math.max(0, Math.min(height - 1, row))];
    if (this.at && at.join() === this.at.join() && !now) return;
    this.at = at;
    this._mark();
    this._ask(now);
  }

  _mark() {
    if (!this.at || !this.size) return;
    const [width, height] = this.size;
    this.cross.hidden = false;
    this.cross.style.left = `${(100 * (this.at[0] + 0.5)) / width}%`;
    this.cross.style.top = `${(100 * (this.at[1] + 0.5)) / height}%`;
  }

  _ask(lights) {
    clearTimeout(this.timer);
    this.probe(this.number, ...this.at, lights);
    if (!lights) this.timer = setTimeout(() => this.isOpen && this.probe(this.number, ...this.at, true), LIGHTS_MS);
  }

  told(said) {
    if (!this.isOpen) return;
    const keep = [...this.facts.querySelectorAll("details")].map((each) => each.open);
    const { object, material } = said;
    const color = said.color ? `rgb(${said.color.join(" ")})` : null;
    const rows = [
      ["pixel", `column ${said.column}, row ${said.row}`],
      ["colour", said.color ? swatch(color, said.color.join(", ")) : "none"],
      ["class", swatch(this.grid.color(said.class_id), `${said.class} (id ${said.class_id})`)],
      ["instance", object ? String(said.instance) : "0, the background"],
      object ? ["solid", `${object.solid}, of the slot ${object.slot}`] : null,
      object?.visible_px !== undefined ? ["visible", `${object.visible_px} px`] : null,
      said.distance === null ? null : ["distance", `${shown(said.distance)} m from the camera`],
    ];
    const looks = Object.entries(material).map(([name, value]) => [{ color: "colour", color2: "2nd colour" }[name] ?? name, name.startsWith("color") ? swatch(linearColor(value), value.map((each) => each.toFixed(3)).join(", ")) : flow(value)]);
    this.lights = el("div", { class: "lights" }, el("p", { class: "hint" }, said.instance ? "measuring …" : "The background is not lit."));
    this.facts.replaceChildren(...[
      table(rows), el("h3", {}, "Surface"), table(looks), el("h3", {}, "Light"), this.lights,
      record("The object's record", object), record("The image's record", said.record), record("Drawn at random for the image", said.randomized),
    ].filter(Boolean));
    [...this.facts.querySelectorAll("details")].forEach((each, k) => { each.open = keep[k] ?? false; });
  }

  lit(lights) {
    if (!this.lights) return;
    this.lights.replaceChildren(...lights.map((light) => el("div", { class: "light" },
      el("span", { class: "swatch", title: "its colour" }),
      el("span", {}, lightName(light)), el("span", { class: "bars" }, el("span", { class: "bar" })), el("span", { class: "share" }, `${Math.round(100 * light.share)} %`))));
    [...this.lights.children].forEach((row, k) => {
      row.querySelector(".bar").style.width = `${100 * lights[k].share}%`;
      row.querySelector(".swatch").style.background = lights[k].color ? linearColor(normalized(lights[k].color)) : "linear-gradient(#9cf, #fff, #a86)";
    });
  }
}

function lightName(light) {
  if (light.type === "ambient") return "ambient";
  if (light.type === "environment") return `environment ${light.map}`;
  return light.type + (light.shadows ? ", with shadows" : "");
}

const normalized = (color) => color.map((each) => each / Math.max(...color, 1e-9));

function linearColor(color) {
  const encoded = color.map((c) => Math.round(255 * Math.min(1, Math.max(0, c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055))));
  return `rgb(${encoded.join(" ")})`;
}

function swatch(color, text) {
  const spot = el("span", { class: "swatch" });
  spot.style.background = color;
  return el("span", {}, spot, text);
}

function table(rows) {
  return el("dl", {}, ...rows.filter(Boolean).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function record(title, value) {
  return value ? el("details", {}, el("summary", {}, title), el("pre", { tabIndex: 0 }, JSON.stringify(value, null, 1))) : null;
}
