"""slider_scale: between which values a slider moves where an option allows many more than anybody wants."""

import math
from collections.abc import Iterable
from typing import Any

TURN = 360.0  # degrees: more than that says nothing new
ROOM = 4.0  # times the greatest default: what the scale reaches at least, if it is allowed


def slider_scale(low: float, high: float, default: Any, unit: str) -> tuple[float, float]:
    """The ends of the scale of an option that allows low..high.

    They are low and high themselves, unless these lie many times farther out than the default; then a round number is taken.

        >>> slider_scale(0.1, 10000, (2.5, 6), "m")
        (0.1, 50.0)
        >>> slider_scale(0, 1, 0.5, "share")
        (0, 1)
    """
    numbers = [abs(float(each)) for each in _numbers(default)]
    largest = max(numbers, default=0.0)
    if unit == "degrees":
        low, high = max(low, -TURN), min(high, TURN)
    if largest == 0.0:
        return low, high
    reach = _round_up(ROOM * largest)
    return (-reach if low < -2 * reach else low), (reach if high > 2 * reach else high)


def _numbers(value: Any) -> Iterable[float]:
    """The numbers of a default: of a pair, of one number, none of null."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _round_up(number: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... from a number on."""
    power = 10.0 ** math.floor(math.log10(number))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= number * (1 - 1e-9))
