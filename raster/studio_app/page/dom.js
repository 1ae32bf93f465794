// el: makes an element. shown: a number for people. flow: a value in one line, as YAML has it.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name in made && name !== "list" && name !== "role") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function shown(number) {
  if (typeof number !== "number") return String(number);
  if (Number.isInteger(number)) return String(number);
  return String(Number(number.toPrecision(4)));
}

export function flow(value) {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([key, each]) => `${key}: ${flow(each)}`).join(", ")}}`;
  return typeof value === "number" ? shown(value) : String(value);
}

export function bytes(count) {
  return count >= 1e9 ? `${(count / 1e9).toFixed(2)} GB` : `${Math.round(count / 1e6)} MB`;
}

export function duration(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

// Numbers of time: two digits say enough.
export const rough = (number) => String(Number(number.toPrecision(2)));

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
