// strips.js: the extreme pictures, a strip for each kind; Large: one picture with its objects, in a dialog.
const Strips = {
  begin() {
    for (const [set, {name, pictures, extremes}] of DATA.sets.entries()) {
      if (DATA.sets.length > 1 && extremes.length) byId('strips').append(make('h3', {text: name}));
      const known = new Map(pictures.map(picture => [picture.n, picture]));
      const strips = make('div', {class: 'strips'});
      for (const [title, numbers] of extremes) {
        const shown = numbers.map(number => known.get(number));
        const buttons = shown.map((picture, place) => {
          const button = make('button', {type: 'button', class: 'thumbnail', 'data-n': picture.n, 'aria-label': `${title}: ${picture.f}`},
            frame(set, picture, 'none'));
          button.addEventListener('click', () => Large.open(set, shown, place));
          return button;
        });
        if (shown.length) strips.append(make('article', {class: 'card strip'}, make('h3', {text: title}), make('div', {class: 'row'}, ...buttons)));
      }
      byId('strips').append(strips);
    }
    if (!byId('strips').textContent) byId('strips').append(make('p', {class: 'unknown', text: 'There are no pictures on this page.'}));
  },
};

const Large = {
  set: 0, shown: [], place: 0,

  open(set, shown, place) {
    Object.assign(this, {set, shown, place});
    this.draw();
    if (!byId('large').open) byId('large').showModal();
  },

  step(by) {
    this.place = (this.place + by + this.shown.length) % this.shown.length;
    this.draw();
  },

  draw() {
    const picture = this.shown[this.place], {classes, colors} = DATA.sets[this.set];
    byId('large-title').textContent = picture.f;
    byId('large-frame').replaceChildren(frame(this.set, picture, Gallery.over));
    const told = (value, unit = '', digits = 3) => value === null || value === undefined ? '–' : `${Number(value.toPrecision(digits))}${unit}`;
    const share = value => value === null || value === undefined ? '–'
      : `${value >= 0.1 ? Math.round(100 * value) : Number((100 * value).toPrecision(2))} %`;
    const facts = [['split', picture.s], ['brightness', told(picture.b)], ['contrast', told(picture.c)], ['colourfulness', told(picture.k)]];
    if (picture.a !== undefined) {
      facts.push(['size', `${picture.w} x ${picture.h} px`], ['objects seen', `${picture.a}, and ${picture.u} hidden`],
        ['labelled', share(picture.p)], ['lights', picture.l], ['field of view', told(picture.v, '°')]);
    }
    byId('large-facts').replaceChildren(...facts.map(([name, value]) => make('div', {}, make('dt', {text: name}), make('dd', {text: value}))));
    if (DATA.link && this.set === 0) {
      const link = make('a', {href: `${DATA.link}/${picture.f.split('/').map(encodeURIComponent).join('/')}`, target: '_blank', rel: 'noopener', text: 'open the file'});
      byId('large-facts').append(make('div', {}, make('dt', {text: 'file'}), make('dd', {}, link)));
    }
    const head = make('tr', {}, ...['object', 'px', 'size', 'seen', 'distance'].map(text => make('th', {scope: 'col', text})));
    const rows = picture.o.map(object => {
      const swatch = make('span', {class: 'swatch'});
      swatch.style.background = colors[object[CLASS]];
      const pixels = object[PIXELS] < 0 ? '–' : object[PIXELS].toLocaleString('en');
      return make('tr', {}, make('th', {scope: 'row'}, swatch, classes[object[CLASS]]),
        ...[pixels, share(object[SIZE]), share(object[VISIBILITY]), told(object[DISTANCE], ' m')].map(text => make('td', {text})));
    });
    byId('large-objects').replaceChildren(...(rows.length ? [make('thead', {}, head), make('tbody', {}, ...rows)] : []));
  },

  begin() {
    byId('large-close').addEventListener('click', () => byId('large').close());
    byId('large-before').addEventListener('click', () => this.step(-1));
    byId('large-after').addEventListener('click', () => this.step(1));
    byId('large').addEventListener('keydown', event => {
      const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (by) { event.preventDefault(); this.step(by); }
    });
    byId('large').addEventListener('click', event => { if (event.target === byId('large')) byId('large').close(); });
  },
};
