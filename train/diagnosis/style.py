"""STYLE: what the page of a diagnosis adds to the style of raster's pages."""

STYLE = """
.told { max-width: 75ch; margin-bottom: .5rem; }
.unsure th, .unsure td, .unsure a { color: var(--soft); }
svg.interval { width: 200px; height: 16px; }
.interval .track { fill: var(--hover); }
.interval .fill { fill: var(--a); }
.interval.cost .fill { fill: var(--b); }
.unsure .interval .fill { fill: var(--mark); }
.interval path { stroke: var(--ink); stroke-width: 1.5; fill: none; }
section .scroll { background: var(--card); border: 1px solid var(--rule); padding: .5rem .9rem; margin-bottom: .8rem; }
section .scroll table { width: auto; }
table.bars thead th { text-align: left; }
td:has(svg) { padding-right: 0; }
table.text :is(th, td), table.few :is(th, td) { text-align: left; }
table.text td { white-space: normal; }
table.bars td:last-child { white-space: normal; }
.figures { display: flex; flex-wrap: wrap; gap: .8rem; }
.figures img { display: block; max-width: 100%; border-radius: 6px; }
@media (max-width: 1000px) { svg.interval { width: 110px; } }
figcaption { color: var(--soft); font-size: .82rem; }
details > .lead { margin-top: .6rem; }
"""
