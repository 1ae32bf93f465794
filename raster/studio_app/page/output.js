// Output: the command line and the preset that say what is shown; runs of raster generate, with progress.

import { bytes, duration, el, shown } from "./dom.js";

export class Output {
  constructor(greeting, choices, send) {
    this.choices = choices;
    this.send = send;
    this.runs = new Map();
    this.program = greeting.program;
    this.folder = greeting.folder;
    document.getElementById("in-folder").hidden = Boolean(greeting.folder);
    for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => this._copy(button));
    for (const key of ["n", "seed", "out"]) {
      document.getElementById(key).addEventListener("change", (event) => {
        const text = event.target.value.trim();
        this.choices.set(key, key === "out" ? text || null : Number.isFinite(Number(text)) && text ? Number(text) : text);
      });
    }
    document.getElementById("run").addEventListener("submit", (event) => {
      event.preventDefault();
      document.activeElement?.blur?.();
      this.send({ do: "start", choices: this.choices.told() });
    });
    document.getElementById("save").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send({ do: "save", choices: this.choices.told(), name: document.getElementById("preset-name").value.trim(), folder: document.getElementById("preset-folder").value.trim() });
    });
    greeting.runs.forEach((run) => this.run(run));
  }

  show() {
    for (const key of ["n", "seed", "out"]) {
      const field = document.getElementById(key);
      if (document.activeElement !== field) field.value = this.choices.value(key) ?? "";
    }
    const n = this.choices.value("n");
    document.querySelector("#run button").textContent = typeof n === "number" ? `Draw ${n.toLocaleString("en")}` : "Draw";
  }

  configured({ command, yaml }) {
    document.getElementById("command").textContent = command;
    document.getElementById("yaml").textContent = yaml;
  }

  saved({ path, folder, name }) {
    const told = document.getElementById("saved");
    told.hidden = false;
    told.classList.remove("error");
    told.textContent = `${path} is written: use it with --config-dir ${folder} preset=${name}`;
  }

  refusedToSave(message) {
    const told = document.getElementById("saved");
    told.hidden = false;
    told.classList.add("error");
    told.textContent = message;
  }

  refusedToRun(message) {
    const told = document.getElementById("run-trouble");
    told.hidden = !message;
    told.textContent = message;
  }

  run(run) {
    this.refusedToRun("");
    this.runs.set(run.number, run);
    const home = document.getElementById("runs");
    let row = home.querySelector(`[data-run="${run.number}"]`);
    if (!row) {
      row = this._row(run.number);
      home.prepend(row);
    }
    const share = run.total ? run.done / run.total : 0;
    const bar = row.querySelector("progress");
    bar.hidden = run.state === "done";
    if (run.total) bar.value = share;
    else bar.removeAttribute("value");
    row.dataset.state = run.state;
    row.querySelector(".run-name").textContent = run.report.out ?? run.overrides.find((each) => each.startsWith("out="))?.slice(4) ?? `run ${run.number}`;
    const words = [
      run.state === "running" ? run.doing : run.state,
      run.total ? `${run.done.toLocaleString("en")} of ${run.total.toLocaleString("en")}` : "",
      run.state === "running" && run.rate ? `${shown(run.rate)} images/s` : "",
      run.state === "running" && run.left ? `${run.left} left` : "",
      run.state === "done" && run.report.seconds ? `${shown(run.report.drawn / run.report.seconds)} images/s` : "",
      duration(run.seconds), run.memory ? bytes(run.memory) : "",
      run.state === "done" && run.report.digest ? `digest ${run.report.digest.slice(0, 8)}` : "",
    ];
    row.querySelector(".run-facts").textContent = words.filter(Boolean).join(" · ");
    row.querySelector(".run-message").textContent = run.state === "done" ? "" : run.message;
    row.querySelector(".stop").hidden = run.state !== "running";
    row.querySelector(".resume").hidden = !["stopped", "failed"].includes(run.state);
  }

  _row(number) {
    return el("li", { data: { run: number } },
      el("div", { class: "run-line" }, el("strong", { class: "run-name" }), el("span", { class: "run-facts" }),
        el("button", { type: "button", class: "stop", onclick: () => this.send({ do: "stop", run: number }) }, "Stop"),
        el("button", { type: "button", class: "resume", onclick: () => this.send({ do: "resume", run: number }) }, "Resume")),
      el("progress", { max: 1, "aria-label": `Run ${number}` }), el("p", { class: "run-message" }));
  }

  async _copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const range = document.createRange(); // without a clipboard: selected, to be copied by hand
      range.selectNodeContents(document.getElementById(button.dataset.copy));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }
}
