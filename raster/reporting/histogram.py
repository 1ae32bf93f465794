"""histogram: one or two distributions as an SVG that takes its colours from the page."""

from collections.abc import Sequence
from html import escape

import numpy as np

from raster.reporting.axis import Axis, axis_of
from raster.reporting.distribution import Distribution
from raster.reporting.words import number, percent

WIDTH, HEIGHT, BOTTOM, SIDE = 270, 124, 22, 10  # px of the drawing, which the page scales
Series = Sequence[tuple[str, Distribution]]  # name and values; the first is drawn as bars, the second as a line


def histogram(series: Series, label: str, mark: tuple[float, str] | None = None, small: bool = False) -> str:
    """Return <svg>: shares of the values of one or two distributions. `mark`: a value to be told, and its name.

    `small`: without ticks. `label` is read out in place of the drawing. Each bar says its numbers under the pointer.
    """
    axis = axis_of([each for _, each in series])
    shares = [axis.shares(each) for _, each in series]
    height = 40 if small else HEIGHT - BOTTOM
    highest = max(float(each.max()) for each in shares) or 1.0
    parts = [f'<path class="bars" d="{_bars(shares[0] / highest, height)}"/>']
    if len(series) > 1:
        parts.append(f'<path class="line" d="{_line(shares[1] / highest, height)}"/>')
    if not small:
        parts += [*_ticks(axis, height), *_tips(axis, series, shares, height)]
        if mark and 0 < axis.place(mark[0]) < 1:
            parts += _mark(_x(axis.place(mark[0])), mark[1], height)
    whole = height if small else HEIGHT
    return f'<svg viewBox="0 0 {WIDTH} {whole}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def _x(place: float) -> float:
    return SIDE + place * (WIDTH - 2 * SIDE)


def _top(height: int) -> int:
    """Room above the highest bar, for the name of a mark."""
    return 16 if height > 60 else 3


def _bars(shares: np.ndarray, height: int) -> str:
    """The path of bars (n,), 1 the highest."""
    step = (WIDTH - 2 * SIDE) / len(shares)
    gap = 1 if step > 4 else 0
    path = []
    for place, share in enumerate(shares.tolist()):
        if share > 0:
            top = max(1.0, share * (height - _top(height)))
            path.append(f"M{SIDE + place * step:.1f} {height}v{-top:.1f}h{step - gap:.1f}v{top:.1f}z")
    return "".join(path)


def _line(shares: np.ndarray, height: int) -> str:
    """The path of a line of steps."""
    step = (WIDTH - 2 * SIDE) / len(shares)
    path = [f"M{SIDE} {height}"]
    for place, share in enumerate(shares.tolist()):
        path.append(f"V{height - share * (height - _top(height)):.1f}H{SIDE + (place + 1) * step:.1f}")
    return "".join([*path, f"V{height}"])


def _ticks(axis: Axis, height: int) -> list[str]:
    parts = [f'<path class="base" d="M{SIDE} {height}.5H{WIDTH - SIDE}"/>']
    for value in axis.ticks():
        at = _x(axis.place(value))
        anchor = "start" if at < SIDE + 8 else "end" if at > WIDTH - SIDE - 8 else "middle"
        text = f'<text x="{at:.1f}" y="{height + 16}" text-anchor="{anchor}">{tick(value)}{axis.quantity.unit}</text>'
        parts.append(f'<path class="base" d="M{at:.1f} {height}v4"/>{text}')
    return parts


def _mark(at: float, name: str, height: int) -> list[str]:
    anchor, shift = ("end", -4) if at > WIDTH / 2 else ("start", 4)
    text = f'<text x="{at + shift:.1f}" y="10" text-anchor="{anchor}">{escape(name)}</text>'
    return [f'<path class="mark" d="M{at:.1f} 0V{height}"/>', text]


def _tips(axis: Axis, series: Series, shares: list[np.ndarray], height: int) -> list[str]:
    step = (WIDTH - 2 * SIDE) / axis.bars
    parts = []
    for bar in range(axis.bars):
        if not any(each[bar] for each in shares):
            continue
        low, high = axis.edge(bar), axis.edge(bar + 1)
        if axis.quantity.whole:
            span = number(low) if high - low <= 1 else f"{number(low)} to {number(high - 1)}"
        else:
            span = f"{number(low)} to {number(high)}"
        told = "; ".join(f"{name}: {percent(float(each[bar]))}" for (name, _), each in zip(series, shares, strict=True))
        title = f"<title>{escape(f'{span}{axis.quantity.unit}; {told}')}</title>"
        place = f'x="{SIDE + bar * step:.1f}" y="0" width="{step:.1f}" height="{height}"'
        parts.append(f'<rect class="tip" {place}>{title}</rect>')
    return parts


def tick(value: float) -> str:
    """Return a round value as short as can be: 0.05, 2, 10,000."""
    return f"{value:,.10g}"
