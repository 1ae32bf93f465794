// slider, rangeSlider: one or two handles on a scale, even or logarithmic, with number fields beside them for any value.

import { el, shown } from "./dom.js";

const STEPS = 1000;

class Scale {
  constructor(control) {
    [this.low, this.high] = control.slider;
    this.whole = control.whole;
    this.logarithmic = control.logarithmic && this.low > 0;
  }

  include(value) {
    if (typeof value !== "number") return;
    this.low = Math.min(this.low, this.logarithmic && value <= 0 ? this.low : value);
    this.high = Math.max(this.high, value);
  }

  position(value) {
    const at = this.logarithmic
      ? Math.log(Math.max(value, this.low) / this.low) / Math.log(this.high / this.low)
      : (value - this.low) / (this.high - this.low);
    return Math.round(STEPS * Math.min(1, Math.max(0, at)));
  }

  value(position) {
    const at = position / STEPS;
    const exact = this.logarithmic ? this.low * (this.high / this.low) ** at : this.low + (this.high - this.low) * at;
    return this.whole ? Math.round(exact) : rounded(exact, this.high - this.low);
  }
}

// To a hundredth or so of the scale, in as few digits as that needs.
function rounded(value, span) {
  if (value === 0) return 0;
  const digits = Math.max(0, Math.ceil(-Math.log10(Math.min(span, Math.abs(value) * 10) / 500)));
  return Number(value.toFixed(Math.min(digits, 12)));
}

export function parsed(text) {
  const trimmed = text.trim();
  return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

function field(label, change) {
  return el("input", {
    class: "number", type: "text", inputMode: "decimal", autocomplete: "off", "aria-label": label,
    onchange: (event) => change(parsed(event.target.value)),
    onkeydown: (event) => event.key === "Enter" && change(parsed(event.target.value)),
  });
}

function handle(label, moved) {
  return el("input", { type: "range", min: 0, max: STEPS, step: 1, "aria-label": label, oninput: (event) => moved(Number(event.target.value)) });
}

function track(scale) {
  const usual = el("div", { class: "usual" });
  const fill = el("div", { class: "fill" });
  const box = el("div", { class: "track" }, usual, fill);
  const lay = (part, low, high) => {
    const from = scale.position(low) / STEPS;
    const to = scale.position(high) / STEPS;
    part.style.left = `${100 * from}%`;
    part.style.width = `${100 * Math.max(0, to - from)}%`;
  };
  return { box, fill: (low, high) => lay(fill, low, high), usual: (low, high) => lay(usual, low, high) };
}

export function rangeSlider(control, change) {
  const scale = new Scale(control);
  let pair = [scale.low, scale.high];
  const set = (number, value) => {
    const next = [...pair];
    next[number] = value;
    if (next[0] > next[1]) next[1 - number] = value;
    change(next);
  };
  const typed = (number) => (value) => change(pair.map((each, k) => (k === number ? value : each)));
  const handles = [0, 1].map((k) => handle(`${control.name}, ${k ? "highest" : "lowest"}`, (at) => set(k, scale.value(at))));
  const fields = [0, 1].map((k) => field(`${control.name}, ${k ? "highest" : "lowest"}, as a number`, typed(k)));
  const rail = track(scale);
  const box = el("div", { class: "slider two" }, fields[0], el("div", { class: "rail" }, rail.box, ...handles), fields[1]);
  const show = (value, base) => {
    if (!Array.isArray(value)) return;
    pair = value;
    value.forEach((each) => scale.include(each));
    const numbers = value.map((each, k) => (typeof each === "number" ? each : [scale.low, scale.high][k]));
    numbers.forEach((each, k) => {
      if (document.activeElement !== handles[k] || scale.value(Number(handles[k].value)) !== each) handles[k].value = scale.position(each);
      handles[k].setAttribute("aria-valuetext", `${shown(each)} ${control.unit}`);
      if (document.activeElement !== fields[k]) fields[k].value = shown(value[k]);
    });
    // The handle that can be moved away from the end stands on top.
    handles[0].classList.toggle("above", scale.position(numbers[0]) > STEPS / 2);
    rail.fill(...numbers);
    if (Array.isArray(base)) rail.usual(...base);
  };
  return { box, show };
}

export function slider(control, change) {
  const scale = new Scale(control);
  const moved = handle(control.name, (at) => change(scale.value(at)));
  const typed = field(`${control.name}, as a number`, change);
  const rail = track(scale);
  const box = el("div", { class: "slider one" }, el("div", { class: "rail" }, rail.box, moved), typed);
  const show = (value, base) => {
    scale.include(value);
    const number = typeof value === "number" ? value : scale.low;
    if (document.activeElement !== moved || scale.value(Number(moved.value)) !== number) moved.value = scale.position(number);
    moved.setAttribute("aria-valuetext", `${shown(number)} ${control.unit}`);
    if (document.activeElement !== typed) typed.value = value === null ? "" : shown(value);
    rail.fill(Math.min(number, Math.max(scale.low, 0)), Math.max(number, scale.low));
    if (typeof base === "number") rail.usual(base, base);
  };
  return { box, show };
}

export function numberField(control, change) {
  const typed = field(control.name, change);
  const show = (value) => {
    if (document.activeElement !== typed) typed.value = value === null || value === undefined ? "" : shown(value);
  };
  return { box: el("div", { class: "plain" }, typed), show };
}
