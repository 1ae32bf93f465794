"""Numbers and lists as a person reads them."""

import math
from collections.abc import Sequence

UNKNOWN = "\u2013"  # a dash


def number(value: float) -> str:
    """Return 12,345, 0.123 or 4.6: whole numbers in full, others with three digits that count; UNKNOWN for NaN."""
    if math.isnan(value):
        return UNKNOWN
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(digits, 6)}f}"


def percent(share: float) -> str:
    """Return a share as 12 %, 3.4 % or 0.05 %; 100 % and 0 % for what is just that, not for what is nearly so."""
    if math.isnan(share):
        return UNKNOWN
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    if share > 0.99:
        return f"{min(share * 100, 99.9):.1f} %"
    return f"{share * 100:.0f} %" if share >= 0.1 else f"{share * 100:.2g} %"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return a, b and c; of many the first few, and how many more there are."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1] if names else ""]))


def file_size(count: int) -> str:
    """Return 1.2 MB or 34 kB."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
