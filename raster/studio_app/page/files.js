// Files: a dialog to choose a file or a folder below the working folder.

import { bytes, el } from "./dom.js";

export class Files {
  constructor(ask) {
    this.ask = ask; // called with the path of a folder to list
    this.dialog = document.getElementById("files");
    this.chosen = null;
  }

  open(control, value, chosen) {
    this.control = control;
    this.chosen = chosen;
    this.dialog.replaceChildren(el("p", {}, "…"));
    this.dialog.showModal();
    this.ask(typeof value === "string" && value !== "clutter" && !/[*?[]/.test(value) ? value.replace(/\/[^/]*\.[^/]*$/, "") : ".");
  }

  show({ path, above, folders, files }) {
    const take = (value) => {
      this.dialog.close();
      this.chosen(value);
    };
    const below = (name) => (path && path !== "." ? `${path}/${name}` : name);
    const row = (text, click, more) => el("li", {}, el("button", { type: "button", class: "bare", onclick: click }, text), more ? el("span", { class: "hint" }, more) : null);
    this.dialog.replaceChildren(
      el("h2", {}, this.control.key), el("p", { class: "hint" }, `${this.control.text}`),
      el("p", {}, el("code", {}, path && path !== "." ? `${path}/` : "./"), " ",
        el("button", { type: "button", class: "primary", onclick: () => take(path || ".") }, "Choose this folder"), " ",
        el("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel")),
      el("ul", { class: "entries" },
        above === null ? null : row("↑ ..", () => this.ask(above)),
        ...folders.map((name) => row(`▸ ${name}/`, () => this.ask(below(name)))),
        ...files.map(([name, size]) => row(name, () => take(below(name)), size >= 1e6 ? bytes(size) : `${Math.ceil(size / 1000)} kB`))));
  }

  refuse(message) {
    if (!this.dialog.open) return;
    this.dialog.replaceChildren(el("p", { class: "error" }, message),
      el("button", { type: "button", onclick: () => this.ask(".") }, "To the working folder"), " ", el("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel"));
  }
}
