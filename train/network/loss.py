"""CrossEntropyDiceLoss: cross entropy plus Dice loss, for images that are mostly background."""

import torch
import torch.nn.functional as F


class CrossEntropyDiceLoss:
    """Cross entropy + 1 - mean Dice coefficient of the classes, of all pixels whose true id is that of a class.

    Dice (Milletari et al. 2016, V-Net) weighs every class alike, so predicting background everywhere does not pay.
    fastai calls `activation` and `decodes` to turn logits into probabilities, and probabilities into class ids.
    """

    def __call__(self, logits: torch.Tensor, ids: torch.Tensor, **ignored: str) -> torch.Tensor:
        """The loss, a scalar, of logits (B, C, H, W) float and true class ids (B, H, W) int64.

        Pixels with another id, 255, are left out, as if they were not there; the loss of no pixel is 0.
        """
        logits, ids = logits.as_subclass(torch.Tensor).float(), ids.as_subclass(torch.Tensor)
        known = ids < logits.shape[1]
        if not known.all():
            logits, ids = logits.movedim(1, -1)[known], ids[known]  # (N, C), (N,)
            if not len(ids):
                return logits.sum()
        logs, flat = logits.log_softmax(dim=1), ids.flatten()
        probabilities, classes = logs.exp(), logits.shape[1]
        right = probabilities.gather(1, ids[:, None]).flatten()  # of each pixel, the probability of its true class
        both = torch.zeros(classes, device=right.device).scatter_add(0, flat, right)
        over = [axis for axis in range(logits.ndim) if axis != 1]
        either = probabilities.sum(dim=over) + torch.bincount(flat, minlength=classes)
        dice = (2 * both + 1) / (either + 1)  # 1 for a class with no true and no predicted pixel
        return F.nll_loss(logs, ids) + 1 - dice.mean()

    def activation(self, logits: torch.Tensor) -> torch.Tensor:
        """Probabilities (B, C, H, W) of logits of that shape."""
        return logits.softmax(dim=1)

    def decodes(self, probabilities: torch.Tensor) -> torch.Tensor:
        """Class ids (B, H, W) int64 of probabilities (B, C, H, W)."""
        return probabilities.argmax(dim=1)
