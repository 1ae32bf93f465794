// Choices: the preset and the values that differ from it, with undo. The values without changes come from the server.

import { same } from "./dom.js";

const MOST = 200; // steps of undo
const TOGETHER_MS = 600; // changes of one option that follow one another so fast are one step

export class Choices {
  constructor(changed) {
    this.preset = "default";
    this.values = {};
    this.base = {};
    this.changed = changed; // called after each change
    this.past = [];
    this.future = [];
    this.last = { key: "", time: 0 };
  }

  told() {
    return { preset: this.preset, values: this.values };
  }

  value(key) {
    return key in this.values ? this.values[key] : this.base[key];
  }

  isChanged(key) {
    return key in this.values && !same(this.values[key], this.base[key]);
  }

  set(key, value) {
    this._note(key);
    const values = { ...this.values };
    if (key in this.base && same(value, this.base[key])) delete values[key];
    else values[key] = value;
    this._replace(this.preset, values);
  }

  reset(keys) {
    this._note("");
    const values = { ...this.values };
    for (const key of keys) delete values[key];
    this._replace(this.preset, values);
  }

  choosePreset(preset) {
    this._note("");
    this._replace(preset, this.values);
  }

  start(preset, values) {
    this.preset = preset;
    this.values = { ...values };
    this._save();
  }

  // The server says what values are without changes: what is the same is no change any more.
  learn(base) {
    this.base = base;
    for (const key of Object.keys(this.values)) if (same(this.values[key], base[key])) delete this.values[key];
    this._save();
  }

  undo() {
    this._step(this.past, this.future);
  }

  redo() {
    this._step(this.future, this.past);
  }

  _step(from, to) {
    if (!from.length) return;
    to.push({ preset: this.preset, values: this.values });
    const { preset, values } = from.pop();
    this.last.key = "";
    this._replace(preset, values);
  }

  _note(key) {
    const now = performance.now();
    const together = key && key === this.last.key && now - this.last.time < TOGETHER_MS;
    this.last = { key, time: now };
    if (together) return;
    this.past.push({ preset: this.preset, values: this.values });
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
  }

  _replace(preset, values) {
    this.preset = preset;
    this.values = values;
    this._save();
    this.changed();
  }

  _save() {
    try {
      sessionStorage.setItem("choices", JSON.stringify(this.told()));
    } catch {
      // a browser that keeps nothing; the page works all the same
    }
  }

  saved() {
    try {
      return JSON.parse(sessionStorage.getItem("choices"));
    } catch {
      return null;
    }
  }
}
