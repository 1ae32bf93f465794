// frame.js: the switch of colours; which section the reader is in.
'use strict';
const THEMES = [['', 'as the system'], ['light', 'light'], ['dark', 'dark']];
let theme = 0;
document.getElementById('theme').addEventListener('click', () => {
  theme = (theme + 1) % THEMES.length;
  const [name, told] = THEMES[theme];
  document.documentElement.dataset.theme = name;
  document.getElementById('theme').textContent = `Colours: ${told}`;
});

const links = new Map([...document.querySelectorAll('nav a')].map(link => [link.hash.slice(1), link]));
const visible = new Set();
const watch = new IntersectionObserver(entries => {
  for (const {target, isIntersecting} of entries) visible[isIntersecting ? 'add' : 'delete'](target.id);
  const first = [...links.keys()].find(name => visible.has(name));
  for (const [name, link] of links) {
    if (name === first) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
  }
}, {rootMargin: '-10% 0px -60% 0px'});
for (const name of links.keys()) watch.observe(document.getElementById(name));
