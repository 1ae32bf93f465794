// The page: what is chosen is told to the server, and what it draws is shown. A new wish waits until the last has its first answer.

import { Choices } from "./choices.js";
import { Connection } from "./connection.js";
import { bytes, el, rough } from "./dom.js";
import { Files } from "./files.js";
import { Grid } from "./grid.js";
import { Large } from "./large.js";
import { Options } from "./options.js";
import { Output } from "./output.js";

const byId = (id) => document.getElementById(id);
const view = { layer: "color", first: 0, count: 12, wish: 0, asked: 0, inFlight: false, pending: false, unseen: new Set(), showing: [], layers: [] };
const choices = new Choices(() => { refresh(); wishImages(); });
const grid = new Grid((number) => enlarge(number));
const large = new Large(wishProbe, (number) => { grid.cells.get(number)?.button.focus(); wishImages(); }, (step) => enlargeBeside(step), grid);
const files = new Files((path) => connection.send({ do: "list", path }));
let options = null;
let output = null;

const connection = new Connection(decodeURIComponent(location.hash.slice(1)), hear, ended);
let alive = true;

const typing = (event) => event.target.matches?.("input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea");

// --- Wishes

function numbers() {
  const all = Array.from({ length: view.count }, (_, k) => view.first + k);
  return large.isOpen ? [large.number] : all;
}

function wishImages() {
  view.asked = performance.now();
  if (view.inFlight) view.pending = true;
  else sendWish();
}

function sendWish() {
  view.inFlight = true;
  view.pending = false;
  view.wish += 1;
  view.sent = view.asked; // of the last change: times are what one waits for, not what drawing alone takes
  view.first_answer = view.whole = null;
  view.unseen = new Set(numbers());
  view.showing = [];
  document.body.classList.add("drawing");
  connection.send({ do: "draw", wish: view.wish, choices: choices.told(), numbers: numbers(), layer: view.layer });
}

function answered() {
  view.inFlight = false;
  if (view.pending) sendWish();
}

function wishProbe(image, column, row, lights) {
  connection.send({ do: "probe", wish: view.wish, choices: choices.told(), image, column, row, lights });
}

// --- Answers

function hear(header, body) {
  const answer = {
    greeting: greeted, configuration: configured, image: (said) => { view.showing.push(pictured(said, body)); }, coarse: () => answered(),
    timed: (said) => { if (said.wish === view.wish) timed(said); },
    replaced: () => trouble({ "": "The drawing process was busy for long with what is not wanted any more; another one draws." }),
    device: (said) => { view.device = said.name; tell(); },
    done: (said) => { finished(said.wish); }, idle: (said) => { if (said.wish === view.wish) answered(); },
    refused, probe: (said) => large.told(said.said), lights: (said) => large.lit(said.lights), run: (said) => output.run(said.run),
    listing: (said) => files.show(said), saved: (said) => output.saved(said), crashed, memory: (said) => { view.memory = said.bytes; tell(); },
    process: (said) => { document.body.dataset.process = said.pid; },
  }[header.event];
  answer?.(header);
}

function greeted(said) {
  byId("preset").replaceChildren(...said.presets.map(({ name }) => el("option", { value: name }, name)));
  view.presets = Object.fromEntries(said.presets.map(({ name, about }) => [name, about]));
  const context = {
    names: (control) => (Array.isArray(control.names) ? control.names : { classes: () => choices.value("solids") ?? [], distractors: () => choices.value("solids@distractors") ?? [], layers: () => view.optional ?? [] }[control.names]()),
    browse: (control, value, chosen) => files.open(control, value, chosen),
  };
  options = new Options(said.sections, choices, context);
  output = new Output(said, choices, (wish) => connection.send(wish));
  const fixed = byId("fixed");
  fixed.hidden = !said.fixed.length;
  fixed.textContent = `Fixed by the command line: ${said.fixed.join(" ")}`;
  const before = choices.saved();
  choices.start(before?.preset ?? said.start.preset, before?.values ?? said.start.values);
  grid.lay(numbers());
  wishImages();
}

function configured(said) {
  if (said.base) choices.learn(said.base);
  options.errors = said.errors;
  output.configured(said);
  if (said.classes) {
    grid.setClasses(said.classes);
    byId("legend").replaceChildren(...said.classes.slice(1).map(({ name, color }) => {
      const spot = el("span", { class: "swatch" });
      spot.style.background = `rgb(${color.join(" ")})`;
      return el("li", {}, spot, name);
    }));
    view.size = said.size;
    byId("notes").hidden = !said.notes.length;
    byId("notes").textContent = said.notes.join(" ");
    showLayers(said.layers);
  }
  refresh();
  trouble(said.errors);
}

function refused(said) {
  const message = Object.values(said.errors)[0];
  if (said.do === "list") return files.refuse(message);
  if (said.do === "save") return output.refusedToSave(message);
  if (said.do === "start") return output.refusedToRun(message);
  if (said.wish !== undefined && said.wish !== view.wish) return undefined;
  options.errors = said.errors;
  refresh();
  trouble(said.errors);
  return answered();
}

async function pictured(header, body) {
  if (header.wish !== view.wish && header.wish !== view.wish - 1) return;
  if (header.layer !== view.layer && view.layers.includes(view.layer)) return;
  if (!(await grid.show(header, body))) return;
  large.renew(header, grid.shown.get(header.number)?.url);
  if (header.wish === view.wish) view.unseen.delete(header.number);
  if (view.first_answer === null && !view.unseen.size) { // all images are seen, small or as they are
    view.first_answer = performance.now() - view.sent;
    document.body.dataset.firstAnswer = view.first_answer.toFixed(0);
    tell();
  }
}

// The time of drawing alone.
function timed({ images, seconds }) {
  view.before = view.ms;
  view.ms = (1000 * seconds) / images;
  tell();
}

async function finished(wish) {
  await Promise.all(view.showing);
  if (wish !== view.wish) return;
  document.body.classList.remove("drawing");
  document.body.dataset.done = view.wish;
  view.whole = performance.now() - view.sent;
  document.body.dataset.whole = view.whole.toFixed(0);
  tell();
}

function crashed(said) {
  view.inFlight = false;
  trouble({ "": `${said.how}${said.again ? "; another one draws the images anew" : ", twice with these options; change something to try again"}` });
  document.body.dataset.crashes = Number(document.body.dataset.crashes ?? 0) + 1;
}

function ended(event) {
  alive = false;
  const why = event.code === 1006 && !options ? "The address is not the one that raster studio printed, or the program has ended. Open the whole address, with what stands after #."
    : "The program has ended. Start raster studio again, and open the address that it prints; the command line below still says what was chosen.";
  document.body.classList.add("ended");
  trouble({ "": why });
}

// --- What is shown

function refresh() {
  if (!options) return;
  byId("preset").value = choices.preset;
  byId("about").textContent = view.presets[choices.preset] ?? "";
  byId("about").title = byId("about").textContent;
  byId("undo").disabled = !choices.past.length;
  byId("redo").disabled = !choices.future.length;
  byId("reset").disabled = !Object.keys(choices.values).length;
  options.show();
  output.show();
}

function tell() {
  const [height, width] = view.size ?? [0, 0];
  const facts = [
    `${numbers().length} image${numbers().length > 1 ? "s" : ""} of ${width} × ${height} px`,
    view.first_answer === null ? "" : `answer after ${rough(view.first_answer / 1000)} s`,
    view.whole ? `as in a data set after ${rough(view.whole / 1000)} s` : "",
    view.ms ? `${rough(view.ms)} ms an image${view.before ? `, before ${rough(view.before)}` : ""}` : "", view.memory ? bytes(view.memory) : "",
    view.device ?? "",
  ];
  byId("told").textContent = facts.filter(Boolean).join(" · ");
}

function trouble(errors) {
  const found = Object.entries(errors);
  if (found.length) document.body.classList.remove("drawing");
  const home = byId("trouble");
  home.hidden = !found.length;
  document.body.classList.toggle("refused", found.length > 0);
  home.replaceChildren(...found.map(([key, message]) => {
    const there = key && (options?.rows.has(key) || key.startsWith("randomizers."));
    return el("p", {}, message, there ? el("button", { type: "button", class: "bare", onclick: () => options.visit(key) }, "show") : null);
  }));
}

function showLayers(layers) {
  view.optional = layers.filter((name) => !["color", "overlay", "class_id"].includes(name));
  if (layers.join() === view.layers.join()) return;
  view.layers = layers;
  byId("layers").replaceChildren(...layers.map((name) => el("label", {},
    el("input", { type: "radio", name: "layer", value: name, checked: name === view.layer, onchange: () => { view.layer = name; wishImages(); } }),
    el("span", {}, { color: "colour", class_id: "class", instance_id: "instance" }[name] ?? name.replaceAll("_", " ").replace("normal camera", "normal, camera")))));
}

function enlarge(number) {
  large.open(number);
  wishImages();
}

function enlargeBeside(step) {
  const number = Math.max(0, large.number + step);
  if (number < view.first || number >= view.first + view.count) {
    view.first = Math.max(0, view.first + step * view.count);
    byId("first").value = view.first;
  }
  grid.lay(Array.from({ length: view.count }, (_, k) => view.first + k));
  enlarge(number);
}

function turn(first) {
  view.first = Math.max(0, first);
  byId("first").value = view.first;
  grid.lay(Array.from({ length: view.count }, (_, k) => view.first + k));
  wishImages();
}

byId("preset").addEventListener("change", (event) => choices.choosePreset(event.target.value));
byId("undo").addEventListener("click", () => choices.undo());
byId("redo").addEventListener("click", () => choices.redo());
byId("reset").addEventListener("click", () => choices.reset(Object.keys(choices.values)));
byId("boxes").addEventListener("change", (event) => document.body.classList.toggle("with-boxes", event.target.checked));
byId("pin").addEventListener("click", () => { grid.pin(); byId("compare").disabled = false; });
for (const [event, on] of [["pointerdown", true], ["pointerup", false], ["pointerleave", false], ["blur", false]]) byId("compare").addEventListener(event, () => grid.compare(on));
for (const [event, on] of [["keydown", true], ["keyup", false]]) {
  document.addEventListener(event, (said) => {
    const held = said.key.toLowerCase() === "c" || (said.target === byId("compare") && [" ", "Enter"].includes(said.key));
    if (held && !said.repeat && !said.ctrlKey && !said.metaKey && !typing(said)) grid.compare(on);
  });
}
byId("count").addEventListener("change", (event) => { view.count = Number(event.target.value); turn(view.first); });
byId("first").addEventListener("change", (event) => turn(Math.floor(Number(event.target.value)) || 0));
byId("earlier").addEventListener("click", () => turn(view.first - view.count));
byId("later").addEventListener("click", () => turn(view.first + view.count));
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !typing(event)) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "Escape" && large.isOpen && !byId("files").open) {
    large.close();
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing(event)) {
    event.preventDefault();
    if (event.shiftKey) choices.redo();
    else choices.undo();
  }
});
for (const tab of document.querySelectorAll("#tabs button")) {
  tab.addEventListener("click", () => {
    document.body.dataset.tab = tab.dataset.tab;
    for (const each of document.querySelectorAll("#tabs button")) each.setAttribute("aria-selected", String(each === tab));
  });
}
addEventListener("hashchange", () => location.reload());
