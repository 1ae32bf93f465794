"""Training: a fastai U-Net learns from the folders that raster.generate writes, and is scored on pictures from elsewhere."""

from . import earlier_exports

earlier_exports.install()
