"""spans, fits: whether drawn values fill their range, and whether counts are as weights say."""

import numpy as np


def spans(values: np.ndarray, low: float, high: float, share: float = 0.03, slack: float = 1e-5) -> None:
    """All values lie in low..high, and come near both ends."""
    slack *= max(abs(low), abs(high), 1e-9)
    found, room = (float(values.min()), float(values.max())), share * (high - low) + slack
    assert found[0] >= low - slack, found
    assert found[1] <= high + slack, found
    assert found[0] <= low + room, found
    assert found[1] >= high - room, found


def fits(counts: np.ndarray, weights: np.ndarray) -> None:
    """Counts (K,) are as weights (K,) say: chi squared, 0.1 %."""
    expected = counts.sum() * np.asarray(weights) / np.sum(weights)
    assert not counts[expected == 0].any(), counts
    some = expected > 0
    statistic, freedom = ((counts - expected)[some] ** 2 / expected[some]).sum(), some.sum() - 1
    assert statistic < freedom + 3.1 * np.sqrt(2 * freedom) + 6, (counts, expected)
