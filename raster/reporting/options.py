"""ReportOptions: what raster report can be told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportOptions:
    """The options of raster report, beside the data set."""

    # --- What is written
    file: str = "report.html"  # the page [; a file]
    compare: str | None = None  # another data set, or a folder of photographs, to lay over it [; a folder, or null]
    # --- How much is looked at
    gallery: int = 240  # pictures on the page; rarer classes and extremes come on top [; 0 to 600]
    pictures: int = 1000  # pictures that are opened, for brightness, contrast and colours [; 1 to 100,000]
