// widget: what changes an option of a kind. Each has a `box` and show(value, value without changes).

import { el, same, shown } from "./dom.js";
import { numberField, parsed, rangeSlider, slider } from "./slider.js";

// context: { names(control), browse(control, value, chosen) }
export function widget(control, change, context) {
  const make = {
    range: () => rangeSlider(control, change),
    number: () => (control.slider ? slider(control, change) : numberField(control, change)),
    numbers: () => numbers(control, change),
    list: () => list(control, change),
    weights: () => weights(control, change, context),
    names: () => names(control, change, context),
    choice: () => choice(control, change),
    flag: () => flag(control, change),
    file: () => file(control, change, context),
    colors: () => colors(control, change),
  }[control.kind] ?? (() => text(control, change));
  const made = make();
  return control.nullable && control.kind !== "file" && control.kind !== "value" && control.kind !== "text"
    ? orNothing(control, made, change) : made;
}

// A switch beside what can be null.
function orNothing(control, made, change) {
  const on = el("input", { type: "checkbox", "aria-label": `${control.name}: on, or none` });
  let kept = null;
  on.addEventListener("change", () => change(on.checked ? kept ?? first(control) : null));
  const box = el("div", { class: "nullable" }, el("label", { class: "none" }, on, " set"), made.box);
  return {
    box,
    show: (value, base) => {
      on.checked = value !== null && value !== undefined;
      if (on.checked) kept = value;
      made.box.hidden = !on.checked;
      if (on.checked) made.show(value, base);
    },
  };
}

function first(control) {
  if (control.kind === "range") return control.slider ? [...control.slider] : [control.low, control.high];
  if (control.kind === "number") return control.slider ? control.slider[1] : 1;
  if (control.kind === "choice") return control.names[0];
  if (control.kind === "colors") return ["#ad2323", "#2a4bd7"];
  if (control.kind === "list") return [control.low, control.high];
  if (control.kind === "weights") return {};
  return "";
}

function numbers(control, change) {
  let now = [];
  const axes = ["x", "y", "z"];
  const fields = Array.from({ length: control.count }, (_, k) => el("input", {
    class: "number", inputMode: "decimal", "aria-label": `${control.name} along ${axes[k]}`,
    onchange: (event) => change(now.map((each, other) => (other === k ? parsed(event.target.value) : each))),
  }));
  return {
    box: el("div", { class: "numbers" }, ...fields.map((each, k) => el("label", {}, axes[k], " ", each))),
    show: (value) => {
      now = [...value];
      fields.forEach((each, k) => { if (document.activeElement !== each) each.value = shown(value[k]); });
    },
  };
}

function list(control, change) {
  const typed = el("input", {
    class: "text", "aria-label": `${control.name}, with commas`,
    onchange: (event) => change(event.target.value.split(",").filter((each) => each.trim()).map(parsed)),
  });
  return {
    box: el("div", { class: "plain" }, typed),
    show: (value) => { if (document.activeElement !== typed) typed.value = (value ?? []).map(shown).join(", "); },
  };
}

function weights(control, change, context) {
  const box = el("div", { class: "weights" });
  const rows = new Map();
  let now = {};
  const set = (name, weight) => {
    const next = {};
    for (const each of rows.keys()) {
      const value = each === name ? weight : now[each];
      if (value !== undefined) next[each] = value;
    }
    change(control.names instanceof Array || Object.keys(next).length ? next : null);
  };
  const usual = control.names instanceof Array ? undefined : 1; // of a name that is not given
  const build = () => {
    const wanted = context.names(control);
    if (same([...rows.keys()], wanted)) return;
    rows.clear();
    for (const name of wanted) {
      const on = el("input", { type: "checkbox", onchange: (event) => set(name, event.target.checked ? 1 : usual === 1 ? 0 : undefined) });
      const weight = el("input", { class: "number", inputMode: "decimal", "aria-label": `Weight of ${name}`, onchange: (event) => set(name, parsed(event.target.value)) });
      const bar = el("span", { class: "bar" });
      rows.set(name, { on, weight, bar, row: el("div", { class: "weight" }, el("label", {}, on, " ", name), el("span", { class: "bars" }, bar), weight) });
    }
    box.replaceChildren(...[...rows.values()].map((each) => each.row));
  };
  return {
    box,
    show: (value) => {
      build();
      now = { ...(value ?? {}) };
      const sum = [...rows.keys()].reduce((all, name) => all + (Number(now[name] ?? usual ?? 0) || 0), 0);
      for (const [name, { on, weight, bar, row }] of rows) {
        const given = now[name] ?? usual ?? 0;
        on.checked = given !== 0;
        row.classList.toggle("off", given === 0);
        if (document.activeElement !== weight) weight.value = shown(given);
        bar.style.width = `${sum ? (100 * (Number(given) || 0)) / sum : 0}%`;
      }
    },
  };
}

// Names to choose from, in an order that counts.
function names(control, change, context) {
  const box = el("div", { class: "names", role: "group", "aria-label": control.name });
  const show = (value) => {
    const chosen = value ?? [];
    const known = [...new Set([...chosen, ...context.names(control)])];
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    box.replaceChildren(...known.map((name) => {
      const at = chosen.indexOf(name);
      return el("button", {
        type: "button", class: "name", data: { name }, "aria-pressed": String(at >= 0),
        onclick: () => change(at >= 0 ? chosen.filter((each) => each !== name) : [...chosen, name]),
      }, at >= 0 && control.key === "solids" ? el("small", {}, `${at + 1} `) : null, name);
    }));
    if (focused) box.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  };
  return { box, show };
}

function choice(control, change) {
  const select = el("select", { "aria-label": control.name, onchange: (event) => change(control.names[event.target.selectedIndex]) },
    ...control.names.map((name) => el("option", {}, String(name))));
  return { box: el("div", { class: "plain" }, select), show: (value) => { select.selectedIndex = control.names.findIndex((name) => same(name, value)); } };
}

function flag(control, change) {
  const on = el("input", { type: "checkbox", class: "switch", "aria-label": control.name, onchange: (event) => change(event.target.checked) });
  return { box: el("div", { class: "plain" }, on), show: (value) => { on.checked = Boolean(value); } };
}

function text(control, change) {
  const typed = el("input", {
    class: "text", spellcheck: false, autocomplete: "off", "aria-label": control.name, placeholder: control.nullable ? "none" : "",
    onchange: (event) => change(event.target.value.trim() || (control.nullable ? null : "")),
  });
  return {
    box: el("div", { class: "plain" }, typed),
    show: (value) => { if (document.activeElement !== typed) typed.value = value === null || value === undefined || value === "null" ? "" : String(value); },
  };
}

function file(control, change, context) {
  const made = text({ ...control, nullable: true }, change);
  let now = null;
  const browse = el("button", { type: "button", onclick: () => context.browse(control, now, change) }, "Browse");
  made.box.append(browse);
  return { box: made.box, show: (value) => { now = value; made.show(value); } };
}

function colors(control, change) {
  const box = el("div", { class: "colors" });
  return {
    box,
    show: (value) => {
      const now = value ?? [];
      box.replaceChildren(
        ...now.map((color, k) => el("span", { class: "color" },
          el("input", { type: "color", value: color, "aria-label": `Colour ${k + 1}`, onchange: (event) => change(now.map((each, other) => (other === k ? event.target.value : each))) }),
          el("button", { type: "button", class: "bare", "aria-label": `Leave out colour ${k + 1}`, onclick: () => change(now.filter((_, other) => other !== k)) }, "×"))),
        el("button", { type: "button", onclick: () => change([...now, "#808080"]) }, "+ colour"));
    },
  };
}
