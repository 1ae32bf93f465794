"""score_bar, cost_bar: a number with its confidence interval as a small SVG picture within a cell of a table."""

from collections.abc import Sequence

WIDTH, HEIGHT = 200, 16  # px
MOST_COST = 0.5  # IoU: a cost that fills its bar
Interval = Sequence[float | None]


def score_bar(value: float | None, interval: Interval) -> str:
    """A bar from 0 to 1, with a line over the interval."""
    return _bar("score", value, interval, 1.0)


def cost_bar(value: float | None, interval: Interval) -> str:
    """A bar from 0 to MOST_COST."""
    return _bar("cost", value, interval, MOST_COST)


def _bar(kind: str, value: float | None, interval: Interval, most: float) -> str:
    if value is None:
        return ""

    def at(number: float | None) -> float:
        return round(WIDTH * min(1.0, max(0.0, (number or 0.0) / most)), 1)

    low, high = at(interval[0]), at(interval[1])
    told = f"{value:.3f}, from {interval[0] or 0:.3f} to {interval[1] or 0:.3f}"
    return (
        f'<svg class="interval {kind}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}"><title>{told}</title>'
        f'<rect class="track" width="{WIDTH}" height="{HEIGHT}" rx="3"/>'
        f'<rect class="fill" width="{at(value)}" height="{HEIGHT}" rx="3"/>'
        f'<path d="M{low} 8H{high}M{low} 4V12M{high} 4V12"/></svg>'
    )
