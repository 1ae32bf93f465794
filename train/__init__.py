"""Training: a fastai U-Net on the folders that raster.generate writes, and what it is worth on pictures from elsewhere."""
