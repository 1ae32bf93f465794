"""STYLE: the style sheet of the page, for light and dark screens."""

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1f26; --soft: #5a6172; --line: #dfe3ea; --track: #e8ebf1;
  --score: #4066c9; --cost: #c2571a; --whisker: #12141a; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181e; --ink: #e8eaf0; --soft: #a3abba; --line: #333945;
  --track: #2a2f3a; --score: #6f93f0; --cost: #e58a4e; --whisker: #f4f5f8; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin-top: 44px; font-size: 21px; }
h3 { margin: 36px 0 8px; font-size: 17px; }
p, li { max-width: 75ch; }
a { color: var(--score); }
.note, figcaption { color: var(--soft); font-size: 13px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: middle; white-space: nowrap; }
thead th { border-bottom: 1px solid var(--line); color: var(--soft); font-weight: 600; font-size: 13px; }
tbody th { font-weight: 400; }
tr.none { color: var(--soft); }
tr.none .fill { fill: var(--soft); }
.bar { display: block; }
.track { fill: var(--track); }
.score .fill { fill: var(--score); }
.cost .fill { fill: var(--cost); }
.bar path { stroke: var(--whisker); stroke-width: 1.5; fill: none; }
.figures { display: flex; flex-wrap: wrap; gap: 12px; }
figure { margin: 0; max-width: 100%; }
figure img { display: block; max-width: 100%; border-radius: 4px; }
td code { white-space: normal; overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 12px; background: var(--track); border-radius: 6px; }
"""
