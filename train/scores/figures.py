"""prediction_sheet, curves, confusion_picture: the pictures that a training run and an evaluation write."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from raster import palette

from .metrics import Scores

CELL, GAP, LINE = 256, 8, 26  # px: side of a cell for one picture, gap between cells, height of a line of text
TITLES = ("image", "truth", "prediction", "error (red)")
INK, PAPER = (235, 235, 235), (32, 32, 32)
IGNORED = np.array((128, 128, 128), np.uint8)  # colour of what is to be ignored
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def prediction_sheet(rows: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray, str]], codes: Sequence[str]) -> Image.Image:
    """A picture of predictions: in each row image, truth, prediction and wrong pixels, with a legend of the classes below.

    rows: image (H, W, 3) uint8, true mask (H, W) uint8, predicted mask (H, W) uint8, caption. codes: class names by id. What is
    to be ignored is grey, and nothing is wrong there.
    """
    font, classes = ImageFont.load_default(17), len(codes)
    colors = np.concatenate([palette(classes), np.tile(IGNORED, (256 - classes, 1))])
    if any((truth >= classes).any() for _, truth, _, _ in rows):
        codes = [*codes, "ignore"]
    width, legend = 4 * (CELL + GAP) + GAP, _legend_rows(codes, font, 4 * (CELL + GAP))
    picture = Image.new("RGB", (width, LINE + len(rows) * (CELL + LINE) + len(legend) * LINE + GAP), PAPER)
    pen = ImageDraw.Draw(picture)
    for column, title in enumerate(TITLES):
        pen.text((GAP + column * (CELL + GAP), 3), title, INK, font)
    for k, (image, truth, predicted, caption) in enumerate(rows):
        y = LINE + k * (CELL + LINE)
        for column, pixels in enumerate((image, colors[truth], colors[predicted], _errors(image, truth, predicted, classes))):
            cell = _cell(pixels, smooth=column == 0)
            picture.paste(cell, (GAP + column * (CELL + GAP) + (CELL - cell.width) // 2, y + (CELL - cell.height) // 2))
        pen.text((GAP, y + CELL + 1), caption, INK, font)
    for k, line in enumerate(legend):
        y = picture.height - (len(legend) - k) * LINE
        for x, class_id in line:
            pen.rectangle((x, y + 3, x + 16, y + 19), tuple(colors[class_id].tolist()), INK)
            pen.text((x + 23, y), codes[class_id], INK, font)
    return picture


def curves(rows: Sequence[dict[str, float]], path: Path) -> None:
    """Plot losses and mean IoU by epoch as a PNG. rows: the rows of metrics.csv, by column."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, scores = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in rows]
    for axes, names in ((losses, ("train_loss", "valid_loss")), (scores, ("miou",))):
        for name in names:
            axes.plot(epochs, [row[name] for row in rows], marker="o", label=name.replace("_", " "))
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
    losses.set_title("loss")
    losses.legend()
    scores.set_title("mean IoU, background included, validation")
    scores.set_ylim(0, 1)
    figure.savefig(path, dpi=100)


def confusion_picture(scores: Scores, codes: Sequence[str], path: Path) -> None:
    """The confusion matrix as a PNG: each row, a true class, in shares of its pixels."""
    shares = scores.matrix / np.maximum(scores.matrix.sum(axis=1, keepdims=True), 1)
    side = max(4.5, 1.5 + 0.75 * len(codes))
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(codes)), codes, rotation=45, ha="right")
    axes.set_yticks(range(len(codes)), codes)
    axes.set(xlabel="predicted", ylabel="true", title="share of each true class's pixels")
    if len(codes) <= 30:
        for (row, column), share in np.ndenumerate(shares):
            axes.text(column, row, f"{share:.2f}", ha="center", va="center", color="white" if share > 0.5 else "black")
    figure.savefig(path, dpi=100)


def _cell(pixels: np.ndarray, smooth: bool) -> Image.Image:
    """A picture (H, W, 3) uint8, scaled to fit into a cell. smooth=False creates no new colours, as a mask needs."""
    height, width = pixels.shape[:2]
    scale = CELL / max(height, width)
    to = max(1, round(width * scale)), max(1, round(height * scale))
    return Image.fromarray(pixels).resize(to, Image.Resampling.BILINEAR if smooth else Image.Resampling.NEAREST)


def _errors(image: np.ndarray, truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """The image (H, W, 3) uint8 in dark grey, with the pixels of a class where two masks (H, W) differ in red."""
    grey = np.repeat(image.mean(axis=2, keepdims=True) * 0.5, 3, axis=2)
    wrong = (truth != predicted) & (truth < classes)
    return np.where(wrong[..., None], (255, 40, 40), grey).astype(np.uint8)


def _legend_rows(codes: Sequence[str], font: Font, width: int) -> list[list[tuple[int, int]]]:
    """Lines of (x in px, class id), as many entries to a line as fit into `width` px."""
    lines: list[list[tuple[int, int]]] = [[]]
    x = GAP
    for class_id, name in enumerate(codes):
        needs = 45 + round(font.getlength(name))
        if lines[-1] and x + needs > width:
            lines.append([])
            x = GAP
        lines[-1].append((x, class_id))
        x += needs
    return lines
