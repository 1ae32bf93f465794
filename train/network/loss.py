"""CrossEntropyDiceLoss: the loss: cross entropy plus Dice, because most pixels are background and the score is an overlap."""

import torch
import torch.nn.functional as F


class CrossEntropyDiceLoss:
    """Logits (B, C, H, W) float and ids (B, H, W) int64 -> a scalar: cross entropy + 1 - mean Dice of the classes.

    Dice (Milletari et al. 2016, V-Net) counts every class alike, so that predicting background everywhere does not pay.
    `activation` and `decodes` are what fastai calls to turn logits into probabilities, and those into ids.
    """

    def __call__(self, logits: torch.Tensor, ids: torch.Tensor, **ignored: str) -> torch.Tensor:
        logits, ids = logits.as_subclass(torch.Tensor).float(), ids.as_subclass(torch.Tensor)
        logs, flat = logits.log_softmax(dim=1), ids.flatten()
        shares, classes = logs.exp(), logits.shape[1]
        right = shares.gather(1, ids[:, None]).flatten()  # of each pixel, the share that its true class has
        both = torch.zeros(classes, device=right.device).scatter_add(0, flat, right)
        either = shares.sum(dim=(0, 2, 3)) + torch.bincount(flat, minlength=classes)
        dice = (2 * both + 1) / (either + 1)  # 1 for a class that is neither there nor predicted
        return F.nll_loss(logs, ids) + 1 - dice.mean()

    def activation(self, logits: torch.Tensor) -> torch.Tensor:
        """Probabilities (B, C, H, W)."""
        return logits.softmax(dim=1)

    def decodes(self, shares: torch.Tensor) -> torch.Tensor:
        """Ids (B, H, W)."""
        return shares.argmax(dim=1)
