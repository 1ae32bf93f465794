"""diagnose: the statistics of observed objects by each factor, the most costly first. Diagnosis.facts: all of it for JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.folder import Folder
from .factors import FACTORS, Factor
from .groups import Groups, grouped
from .observe import Observations
from .statistics import ELIGIBLE, GroupMeans, group_means, mean_interval, wilson

FINE = 12  # groups of apparent size within which the other factors are compared
LEAST_COST = 0.005  # of a factor that is said to cost something
Number = float | None


@dataclass(frozen=True)
class Finding:
    """What one factor does."""

    factor: Factor
    groups: Groups
    iou: GroupMeans
    alike: GroupMeans | None  # of IoU beside what the apparent size explains; None for the apparent size itself
    through: str = ""  # of an option: the factor through which it costs; `iou` is then that which each value of it explains

    @property
    def costs(self) -> bool:
        """Whether it costs score for sure: its interval is above 0."""
        return self.iou.cost >= LEAST_COST and self.iou.cost_interval[0] > 0

    @property
    def worst_group(self) -> int:
        """The group with the lowest mean, of those that are not small."""
        counts = np.bincount(self.groups.of[self.groups.of >= 0], minlength=len(self.groups.labels))
        return int(np.where(counts >= ELIGIBLE * counts.sum(), self.iou.mean, np.inf).argmin())


@dataclass(frozen=True)
class Diagnosis:
    """Why a model fails on a folder."""

    seen: Observations
    iou: float
    iou_interval: tuple[float, float]
    findings: tuple[Finding, ...]  # the most costly first
    options: tuple[Finding, ...]  # the same of options of randomizers, by what was drawn for them
    unknown: tuple[Factor, ...]  # of which nothing is known, or which are alike for all objects

    @property
    def found(self) -> int:
        """How many of the objects are found."""
        return sum(self.seen.found)

    def worst(self, members: np.ndarray, count: int) -> list[int]:
        """Up to `count` of the objects `members` (M,) with the lowest IoU, of equal ones the largest, one of a picture."""
        order = sorted(members.tolist(), key=lambda k: (self.seen.iou[k], -self.seen.pixels[k]))
        by_picture = {self.seen.picture[k]: k for k in reversed(order)}
        return sorted(by_picture.values(), key=order.index)[:count]

    def facts(self, folder: Folder, worst: int) -> dict[str, Any]:
        """Plain numbers for JSON; `worst` objects are listed for each group."""
        seen, count = self.seen, len(self.seen)
        return {
            "objects": count, "instances": seen.instances, "iou": _round(self.iou), "iou_interval": _pair(self.iou_interval),
            "detected": _round(self.found / count), "detected_interval": _pair(wilson(self.found, count)),
            "factors": [self._finding(finding, folder, worst) for finding in self.findings],
            "options": [self._finding(finding, folder, 0) for finding in self.options],
            "unknown": {factor.name: factor.needs or "it is alike for all objects" for factor in self.unknown},
            "predicted": seen.predicted,
            "false": [{"called": called, "is": there, "areas": n} for (called, there), n in seen.false.most_common()],
        }  # fmt: skip

    def _finding(self, finding: Finding, folder: Folder, worst: int) -> dict[str, Any]:
        factor, groups, alike = finding.factor, finding.groups, finding.alike
        told = {"factor": factor.name, "title": factor.title, "unit": factor.unit, "scale": factor.scale}
        told |= {"cost": _round(finding.iou.cost), "cost_interval": _pair(finding.iou.cost_interval), "costs": finding.costs}
        told |= {"through": finding.through or None}
        told |= {"cost_at_equal_size": None if alike is None else _round(alike.cost)}
        told |= {"cost_at_equal_size_interval": None if alike is None else _pair(alike.cost_interval)}
        parts = []
        for k, label in enumerate(groups.labels):
            members = np.flatnonzero(groups.of == k)
            hits = sum(self.seen.found[m] for m in members)
            bounds = groups.bounds[k]
            parts.append({
                "label": label, "kind": groups.kinds[k], "bounds": None if bounds is None else _pair(bounds),
                "objects": len(members), "pictures": len({self.seen.picture[m] for m in members}),
                "iou": _round(finding.iou.mean[k]), "iou_interval": _pair(finding.iou.interval[k]),
                "detected": _round(hits / len(members)), "detected_interval": _pair(wilson(hits, len(members))),
                "worst": [self._object(m, folder) for m in self.worst(members, worst)],
            })  # fmt: skip
        return {**told, "objects": int((groups.of >= 0).sum()), "groups": parts}

    def _object(self, number: int, folder: Folder) -> dict[str, Any]:
        image = folder.images[self.seen.pictures[self.seen.picture[number]]].name
        return {"image": image, "bbox": self.seen.bbox[number], "iou": _round(self.seen.iou[number])}


def diagnose(seen: Observations) -> Diagnosis:
    """The statistics of observed objects, of which there has to be one at least."""
    score, picture = np.array(seen.iou), np.array(seen.picture)
    findings = _findings(seen, FACTORS)
    of_options = _through(seen, findings, _findings(seen, [Factor(name, name) for name in seen.values if "." in name]))
    known = {finding.factor.name for finding in findings}
    unknown = tuple(factor for factor in FACTORS if factor.name not in known)
    findings = [each for each in findings if each.factor.name != "solid" or not _same(each, findings)]
    return Diagnosis(seen, float(score.mean()), mean_interval(score, picture), tuple(findings), tuple(of_options), unknown)


def _findings(seen: Observations, factors: Sequence[Factor]) -> list[Finding]:
    """What each of the factors does that are known, the most costly first."""
    score, picture = np.array(seen.iou), np.array(seen.picture)
    beside = beside_size(score, np.array(seen.values["size"], float))
    findings = []
    for factor in factors:
        groups = grouped(factor, seen.values[factor.name]) if factor.name in seen.values else None
        if groups is not None:
            means = group_means(score, groups.of, picture, len(groups.labels))
            alike = None if factor.name == "size" else group_means(beside, groups.of, picture, len(groups.labels))
            findings.append(Finding(factor, groups, means, alike))
    return sorted(findings, key=lambda finding: -finding.iou.cost)


def _through(seen: Observations, findings: Sequence[Finding], options: Sequence[Finding]) -> list[Finding]:
    """Options, those that cost nothing for sure through the first factor through which they do.

    An option that makes objects small costs what small objects cost: each object has the mean IoU of its group of a factor,
    which differs less by chance than its own.
    """
    picture, found = np.array(seen.picture), []
    for option in options:
        groups, best = option.groups, option
        for factor in (each for each in findings if each.costs and not option.costs):
            explained = np.append(factor.iou.mean, np.nan)[factor.groups.of]
            of = np.where(np.isnan(explained), -1, groups.of)
            means = group_means(np.nan_to_num(explained), of, picture, len(groups.labels))
            through = replace(option, iou=means, through=factor.factor.title)
            if through.costs and not np.isnan(means.mean).any():
                best = through
                break
        found.append(best)
    return sorted(found, key=lambda finding: -finding.iou.cost)


def _same(finding: Finding, findings: Sequence[Finding]) -> bool:
    """Whether the finding of the classes has the same groups: each class may have one solid."""
    groups = finding.groups
    for other in (each.groups for each in findings if each.factor.name == "class"):
        both = set(zip(groups.of.tolist(), other.of.tolist(), strict=True))
        return len(both) == len(groups.labels) == len(other.labels)
    return False


def beside_size(score: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(N,): score (N,) without what the apparent size (N,) explains: less the mean of objects of about the same size."""
    order = np.argsort(size, kind="stable")
    of = np.empty(len(size), np.int64)
    of[order] = np.arange(len(size)) * min(FINE, max(1, len(size) // 10)) // len(size)
    counts = np.bincount(of)
    return score - (np.bincount(of, score) / counts)[of] + score.mean()


def _round(value: float) -> Number:
    return None if np.isnan(value) else round(float(value), 5)


def _pair(pair: Sequence[float] | np.ndarray) -> list[Number]:
    return [_round(pair[0]), _round(pair[1])]
