// Options: all sections with their controls, searchable, with marks of what is changed and what is refused.

import { el, flow } from "./dom.js";
import { widget } from "./widgets.js";

const OPEN = ["solids", "camera", "lights"]; // sections that are open at first

export class Options {
  constructor(sections, choices, context) {
    this.choices = choices;
    this.context = context;
    this.rows = new Map(); // key -> row
    this.sections = [];
    this.errors = {};
    const home = document.getElementById("sections");
    for (const section of sections.filter((each) => each.title)) home.append(this._section(section));
    document.getElementById("search").addEventListener("input", () => this.filter());
    document.getElementById("only-changed").addEventListener("change", () => this.filter());
  }

  _section(section) {
    const marks = el("span", { class: "marks" });
    const reset = el("button", { type: "button", class: "bare reset", title: "Reset this section", "aria-label": `Reset ${section.title}`, onclick: (event) => {
      event.preventDefault();
      this.choices.reset([...section.controls.map((each) => each.key), section.switch]);
    } }, "↺");
    const on = section.switch ? el("input", { type: "checkbox", class: "switch", "aria-label": `${section.title}: on`, title: "Switch this off as a whole" }) : null;
    on?.addEventListener("click", (event) => event.stopPropagation());
    on?.addEventListener("change", () => this.choices.set(section.switch, on.checked ? this.choices.base[section.switch] : null));
    const title = el("summary", {}, el("h2", {}, section.title), marks, reset, on);
    const about = el("p", { class: "about" }, section.about, section.cost ? el("span", { class: "cost", title: "For an image of 256 px on one core, with preset=fast" }, ` Milliseconds an image: ${section.cost}.`) : null);
    const rows = section.controls.map((control) => this._row(control, section));
    const trouble = el("p", { class: "error", hidden: true });
    const box = el("details", { class: "section", open: OPEN.includes(section.id), data: { section: section.id } }, title, about, trouble, ...rows.map((each) => each.box));
    this.sections.push({ section, box, marks, reset, on, rows, about, trouble });
    return box;
  }

  _row(control, section) {
    const change = (value) => this.choices.set(control.key, value);
    const made = widget(control, change, this.context);
    const reset = el("button", { type: "button", class: "bare reset", title: "Reset", "aria-label": `Reset ${control.name}`, onclick: () => this.choices.reset([control.key]) }, "↺");
    const error = el("p", { class: "error", role: "alert", hidden: true });
    const usual = el("span", { class: "usual-value" });
    const unit = control.unit && !["weights", "share"].includes(control.unit) ? el("span", { class: "unit" }, control.unit) : null;
    const limits = control.allowed && control.kind !== "file" && !control.allowed.includes("these names") && control.allowed.length < 60 ? ` (${control.allowed})` : "";
    const head = el("div", { class: "row-head" }, el("h3", { title: control.key }, control.name), unit,
      control.cost ? el("span", { class: "cost", title: `${control.cost}. For an image of 256 px on one core, with preset=fast` }, `costs ${control.cost.split(":")[0]}`) : null, reset);
    const help = el("p", { class: "help" }, control.text, el("span", { class: "limits" }, limits), " ", usual);
    const box = el("div", { class: `row ${control.kind}`, data: { key: control.key } }, head, made.box, error, help);
    const words = `${control.key} ${control.text} ${section.title} ${control.unit}`.toLowerCase();
    const row = { control, box, made, reset, error, usual, words };
    this.rows.set(control.key, row);
    return row;
  }

  // Show all values; what is not there without changes, as of a solid that is not chosen, is hidden.
  show() {
    const { choices } = this;
    let changes = 0;
    for (const each of this.sections) {
      const { section, box, marks, reset, on, rows } = each;
      let changed = 0;
      let refused = 0;
      for (const row of rows) {
        const { key } = row.control;
        const value = choices.value(key);
        const isChanged = choices.isChanged(key);
        row.box.classList.toggle("changed", isChanged);
        row.reset.disabled = !isChanged;
        row.made.show(value === undefined ? null : value, choices.base[key]);
        row.usual.textContent = usual(row.control, choices.base[key]);
        const message = this.errors[key];
        row.error.hidden = !message;
        row.error.textContent = message ?? "";
        row.box.classList.toggle("refused", Boolean(message));
        changed += isChanged;
        refused += Boolean(message);
      }
      if (section.switch) {
        on.checked = Boolean(choices.value(section.switch));
        box.classList.toggle("off", !on.checked);
        changed += choices.isChanged(section.switch);
        const message = this.errors[section.switch];
        each.trouble.hidden = !message;
        each.trouble.textContent = message ?? "";
        refused += Boolean(message);
      }
      marks.replaceChildren(...[changed ? el("span", { class: "count" }, `${changed} changed`) : "", refused ? el("span", { class: "count bad" }, `${refused} refused`) : ""]);
      reset.disabled = !changed;
      changes += changed;
      each.changed = changed;
    }
    document.getElementById("changed-count").textContent = changes || "";
    this.filter();
  }

  filter() {
    if (document.activeElement?.id === "search") document.getElementById("options").scrollTop = 0;
    const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = document.getElementById("only-changed").checked;
    const solids = this.choices.value("solids") ?? [];
    const distractors = this.choices.value("solids@distractors") ?? [];
    let any = false;
    for (const each of this.sections) {
      const { section, box, rows } = each;
      const there = !section.solid || solids.includes(section.solid) || distractors.includes(section.solid);
      let some = false;
      for (const row of rows) {
        const fits = words.every((word) => row.words.includes(word)) && (!only || this.choices.isChanged(row.control.key));
        row.box.hidden = !fits || (section.solid && !solids.includes(section.solid) && !this.choices.isChanged(row.control.key));
        some ||= !row.box.hidden;
      }
      const whole = !rows.length && words.every((word) => section.title.includes(word)) && !only;
      box.hidden = !there || !(some || whole || (only && each.changed));
      any ||= !box.hidden;
      if (words.length || only) box.open = !box.hidden;
      else if (this.searched) box.open = OPEN.includes(section.id);
    }
    this.searched = words.length > 0 || only;
    document.getElementById("no-match").hidden = any;
  }

  refuse(errors) {
    this.errors = errors;
    this.show();
  }

  // Bring a control into view and give it the keyboard.
  visit(key) {
    const row = this.rows.get(key);
    const found = row?.box ?? document.querySelector(`[data-section="${CSS.escape(key.replace("randomizers.", ""))}"]`);
    if (!found) return;
    document.getElementById("search").value = "";
    document.getElementById("only-changed").checked = false;
    this.filter();
    found.closest("details").open = true;
    found.scrollIntoView({ block: "center" });
    found.querySelector("input, select, button:not(.reset)")?.focus();
  }
}

function usual(control, base) {
  if (base === undefined) return "";
  if (base === null || base === "null") return "default: none";
  if (control.kind === "range") return `default: ${base[0] === base[1] ? flow(base[0]) : `${flow(base[0])} to ${flow(base[1])}`}`;
  if (control.kind === "flag") return `default: ${base ? "on" : "off"}`;
  if (control.kind === "weights") {
    const names = Object.entries(base).filter(([, weight]) => weight);
    if (!(control.names instanceof Array)) return names.length ? `default: ${flow(base)}` : "default: all alike";
    const alike = new Set(names.map(([, weight]) => weight)).size === 1;
    if (alike && names.length === control.names.length) return "default: all alike";
    return `default: ${alike ? names.map(([name]) => name).join(", ") : flow(base)}`;
  }
  return `default: ${Array.isArray(base) ? base.map(flow).join(", ") || "none" : flow(base)}`;
}
