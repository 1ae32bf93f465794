// gallery.js: the pictures of a report: filters, order, overlays, one of them large.
// A picture: n number, f file, s split, w h px, t WebP and m PNG of its labels in base64, b brightness, c contrast,
// k colourfulness, l lights, v field of view, p labelled share, a seen and u hidden objects, o objects: lists of class, px,
// size, visibility, distance in m, and x, y, width, height in shares of the picture; null for what is not known.
const DATA = JSON.parse(document.getElementById('data').textContent);
const byId = id => document.getElementById(id);
const CLASS = 0, PIXELS = 1, SIZE = 2, VISIBILITY = 3, DISTANCE = 4, X = 5;

function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'text') made.textContent = value; else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const Gallery = {
  set: 0, classes: new Set(), split: 'all', sort: 'n', descending: false, over: 'mask', shown: [],

  get pictures() { return DATA.sets[this.set].pictures; },

  // What a picture is sorted by; objects count if their class is chosen, or if none is.
  value(picture, key) {
    const counts = picture.o.filter(each => !this.classes.size || this.classes.has(each[CLASS]));
    const known = column => counts.map(each => each[column]).filter(each => each !== null && each !== undefined);
    if (key === 'size') return known(SIZE).length ? Math.max(...known(SIZE)) : null;
    if (key === 'near') return known(DISTANCE).length ? Math.min(...known(DISTANCE)) : null;
    if (key === 'a') return this.classes.size ? counts.length : picture.a ?? null;
    if (key === 'hidden') {
      const seen = known(VISIBILITY);
      if (seen.length) return 1 - seen.reduce((sum, each) => sum + each, 0) / seen.length;
      return picture.a + picture.u > 0 ? picture.u / (picture.a + picture.u) : null;
    }
    return picture[key] ?? null;
  },

  choose() {
    const fits = picture => (this.split === 'all' || picture.s === this.split)
      && [...this.classes].every(each => picture.o.some(object => object[CLASS] === each));
    const keyed = this.pictures.filter(fits).map(picture => [this.value(picture, this.sort), picture]);
    const sign = this.descending ? -1 : 1;
    keyed.sort(([a, one], [b, other]) => {
      if (a === null || b === null) return (a === null) - (b === null) || one.n - other.n;  // what is not known comes last
      return sign * (a - b) || one.n - other.n;
    });
    this.shown = keyed.map(([, picture]) => picture);
  },

  draw() {
    this.choose();
    const set = DATA.sets[this.set];
    byId('grid').replaceChildren(...this.shown.map((picture, place) => make('div', {role: 'listitem'}, this.thumbnail(picture, place))));
    byId('shown').textContent = `${this.shown.length} of ${set.pictures.length} pictures here; ${set.name} has ${set.images.toLocaleString('en')}. `
      + 'An even spread, some of each class, and the extremes.';
  },

  thumbnail(picture, place) {
    const button = make('button', {type: 'button', class: 'thumbnail', tabindex: place ? -1 : 0, 'data-n': picture.n,
      'aria-label': `${picture.f}, ${this.told(picture)}`}, frame(this.set, picture, this.over));
    const value = this.sort === 'n' ? null : this.value(picture, this.sort);
    button.append(make('span', {class: 'under', text: this.sort === 'n' ? picture.f.replace(/^.*\//, '')
      : value === null ? '–' : Number.isInteger(value) ? value : value.toPrecision(3)}));
    button.addEventListener('click', () => Large.open(this.set, this.shown, place));
    return button;
  },

  told(picture) {
    const names = DATA.sets[this.set].classes;
    const counts = new Map();
    for (const object of picture.o) counts.set(object[CLASS], (counts.get(object[CLASS]) ?? 0) + 1);
    return [...counts].map(([each, count]) => `${count} ${names[each]}`).join(', ') || picture.s;
  },

  // The classes, splits and sets that can be chosen.
  tools() {
    const set = DATA.sets[this.set];
    this.classes.clear();
    this.split = 'all';
    byId('chips').replaceChildren(...set.classes.slice(1).map((name, place) => {
      const swatch = make('span', {class: 'swatch'});
      swatch.style.background = set.colors[place + 1];
      const chip = make('button', {type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-class': name}, swatch, name);
      chip.addEventListener('click', () => {
        const on = !this.classes.has(place + 1);
        this.classes[on ? 'add' : 'delete'](place + 1);
        chip.setAttribute('aria-pressed', on);
        this.draw();
      });
      return chip;
    }));
    byId('tools').querySelector('.classes-of').hidden = set.classes.length < 2;
    const splits = [...new Set(set.pictures.map(picture => picture.s))].sort();
    byId('split').replaceChildren(...['all', ...splits].map(each => make('option', {value: each, text: each})));
    for (const option of byId('sort').options) {
      option.disabled = !set.pictures.some(picture => this.value(picture, option.value) !== null);
    }
    if (byId('sort').selectedOptions[0].disabled) byId('sort').value = this.sort = 'n';
    this.draw();
  },

  begin() {
    byId('set').replaceChildren(...DATA.sets.map((set, place) => make('option', {value: place, text: set.name})));
    byId('set-label').hidden = DATA.sets.length < 2;
    byId('set').addEventListener('change', event => { this.set = Number(event.target.value); this.tools(); });
    for (const key of ['split', 'sort', 'over']) {
      byId(key).addEventListener('change', event => { this[key] = event.target.value; this.draw(); });
    }
    byId('order').addEventListener('click', () => {
      this.descending = !this.descending;
      byId('order').setAttribute('aria-pressed', this.descending);
      this.draw();
    });
    byId('width').addEventListener('input', event => byId('grid').style.setProperty('--width', `${event.target.value}px`));
    byId('tools').addEventListener('submit', event => event.preventDefault());
    byId('grid').addEventListener('keydown', event => moveFocus(event, byId('grid')));
    this.tools();
  },
};

// A picture with what lies over it.
function frame(set, picture, over) {
  const made = make('span', {class: 'frame'}, make('img', {src: `data:image/webp;base64,${picture.t}`, alt: '', class: 'picture'}));
  if (picture.m && (over === 'mask' || over === 'both')) {
    made.append(make('img', {src: `data:image/png;base64,${picture.m}`, alt: '', class: 'mask'}));
  }
  if (over === 'boxes' || over === 'both') made.append(...boxes(set, picture));
  return made;
}

function boxes(set, picture) {
  return picture.o.filter(object => object.length > X).map(object => {
    const box = make('span', {class: 'box'});
    const [left, top, width, height] = object.slice(X).map(share => `${100 * share}%`);
    Object.assign(box.style, {left, top, width, height, color: DATA.sets[set].colors[object[CLASS]]});
    return box;
  });
}

// Arrow keys, Home and End go from picture to picture: one Tab leads in, one leads out.
function moveFocus(event, grid) {
  const all = [...grid.querySelectorAll('.thumbnail')], at = all.indexOf(document.activeElement);
  const top = all[0]?.offsetTop, across = Math.max(1, all.filter(each => each.offsetTop === top).length);
  const to = {ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across, Home: 0, End: all.length - 1}[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = all[Math.min(Math.max(to, 0), all.length - 1)];
  all[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
