"""explain: an error of Hydra in one line that names the option, and says what would be right."""

import re
from collections.abc import Mapping
from pathlib import Path

from hydra.errors import HydraException
from omegaconf.errors import GrammarParseError, InterpolationResolutionError, MissingMandatoryValue, OmegaConfBaseException

from raster.run.known_keys import group_names, known_keys, names, own_keys, stated_options, unknown_key
from raster.run.options import GROUPS, Option
from raster.run.own_yaml import override_before_choice, slip, unmarked_preset, wrong_ending
from raster.run.quoting import decoded
from raster.run.sweeps import launcher_at_fault

MERGING = "Error merging override "  # begins Hydra's message, an override follows
NO_SETTING = "Hydra has no such setting; --cfg hydra shows all"
KINDS = {"to Integer": "a whole number", "to Float": "a number", "not a valid bool": "true or false", "to string": "text"}
KINDS_OF_DEFAULTS = {int: "a whole number", float: "a number", bool: "true or false"}


def explain(
    error: BaseException, name: str = "config", folder: Path | None = None, written: Mapping[str, str] | None = None
) -> str:
    """Return Hydra's message in one line, without its advice on tracebacks.

    For an unknown key it names the likeliest of conf/NAME.yaml and of the user's `folder`; for an unknown component all; for a
    value of another kind what the option takes. `written`: overrides as Hydra was given them, and as the user wrote them.
    """
    cause = error.__cause__ or error
    if of_yaml := slip(cause, folder) or override_before_choice(cause, folder, written or ()):
        return of_yaml
    if isinstance(error, OSError) and not isinstance(error, HydraException):  # Hydra makes folders, of sweeps
        return f"cannot write {error.filename}: {error.strerror}"
    said, below = _as_written(str(error), written), _as_written(str(cause), written)
    if not isinstance(error, HydraException | OmegaConfBaseException | ValueError):
        if launcher_at_fault(error):
            return f"hydra/launcher: {type(error).__name__}: {said}"
        return f"Hydra refuses this configuration: {type(error).__name__}: {said} (HYDRA_FULL_ERROR=1 shows where)"
    text = said if cause is error or not below or below.split(" full_key:")[0] in said else f"{said}: {below}"
    at = decoded(str(getattr(cause, "full_key", None) or ""))
    found = (
        unmarked_preset(text, folder, written or ())
        or _choice(text, folder)
        or _presence(text, name, folder)
        or _key(text, below, name, folder)
    )
    found = found or _component(text, folder) or _several(text)
    if not found and said.startswith(MERGING):
        found = _value(said.removeprefix(MERGING), below, at, cause, name)
    if not found and isinstance(cause, MissingMandatoryValue) and at:
        found = f"{at}: has no value; give {at}=VALUE"
    if not found and isinstance(cause, ValueError) and (item := re.match(r"invalid literal for int\(\) .*: '(.*)'$", below)):
        found = f"{item[1]}: this names no item of a list; they are KEY.0, KEY.1 and so on"
    if not found and isinstance(cause, InterpolationResolutionError) and at:
        found = f"{at}: {text}"
    return re.sub(r"\s*(full_key|object_type)[:=]\s*\S+", "", found or text)


def _as_written(text: str, written: Mapping[str, str] | None) -> str:
    """A text of Hydra's in one line, with overrides as the user wrote them."""
    for taken, word in (written or {}).items():
        text = text.replace(taken, word) if taken != word else text
    return " ".join(decoded(text).split())


def _choice(text: str, folder: Path | None) -> str:
    """What to say of a choice of components that cannot be; "" for another message. So for those below."""
    if "Config group override" in text and "passes/color" in text:
        return "passes/color: choose phong or pbr, or ~passes/color for none"
    if "Config group override" in text and "NoneType" in text:
        return "solids, randomizers, passes, annotations and writers take a list of names; [] for none, not null"
    if missing := re.search(
        r"Override (\S+) looks like a config group override, but config group '(\S+)' does not exist", text
    ):
        return f"{missing[1]}: {_no_group(missing[2], folder)}"
    if again := re.search(r"Multiple values for (\S+)\. |(\S+) appears more than once in the final defaults list", text):
        group = again[1] or again[2]
        return f"{group}: one is chosen already; leave the plus out to choose another: {group}=NAME"
    if plus := re.search(r"force-add of config groups is not supported: '(.*)'", text):
        return f"{plus[1]}: one plus adds components: +{plus[1].lstrip('+')}"
    if unlisted := re.match(r"Could not override '(\S+)'\. (?:No match|Did you mean to override ([^?]*)\?).* use \+(.*)", text):
        key, near, override = unlisted.groups()
        if not group_names(folder).intersection([key.partition("@")[0]]):
            return f"{override}: {_no_group(key, folder)}"
        none = f"none is chosen that this could replace; give +{override}"
        return f"{override}: did you mean {near}?" if near else f"{override}: {none}"
    return ""


def _no_group(key: str, folder: Path | None) -> str:
    """What to say of a group that there is not."""
    if key.startswith("hydra/"):
        return NO_SETTING
    return f"there is no group {key}; choose from {', '.join(sorted(group_names(folder)))}"


def _presence(text: str, name: str, folder: Path | None) -> str:
    """What to say of a key that is added though it is there, or taken away though it is not."""
    if there := re.search(r"An item is already at '(.*)'\. Either remove \+ prefix: '(.*)' Or add a second", text):
        return f"+{there[2]}: {there[1]} is there already; leave the plus out: {there[2]}"
    if gone := re.search(r"Could not delete from config\. '(.*)' does not exist", text):
        if "/" in gone[1]:
            return f"~{gone[1]}: {_no_group(gone[1], folder)}"
        known = [*known_keys(name), *own_keys(folder)]
        return f"~{gone[1]}: this is not chosen here anyway" if gone[1] in known else f"~{unknown_key(gone[1], known)}"
    if other := re.search(r"The value of '(\S+)' is .* and not (.*)\.$", text):
        return f"~{other[1]}={other[2]}: it has another value; leave that out: ~{other[1]}"
    if unlisted := re.search(r"Could not delete '(.*)'\. No match in the defaults list", text):
        key, equals, _ = unlisted[1].partition("=")
        return f"~{unlisted[1]}: " + (f"another one is chosen; leave that out: ~{key}" if equals else "none is chosen here")
    return ""


def _key(text: str, cause: str, name: str, folder: Path | None) -> str:
    """What to say of a key that is not in the configuration."""
    unknown = re.search(r"Key '([^']+)' (?:is not in struct|not in )", text)
    if not unknown:
        return ""
    path = re.search(r"Could not override '([^']+)'", text)
    key = path[1] if path else unknown[1]
    inside = re.search(r"full_key: (\S+)", cause)  # of a table that is given for KEY: the key that is wrong in it
    key = inside[1] if inside and inside[1].startswith(f"{key}.") else key
    if re.match(r"hydra[./]", key):
        return f"{key}: {NO_SETTING}"
    if "/" in key:
        return f"{key}: {_no_group(key, folder)}"
    known = known_keys(name)
    if key in known:
        group = key.split(".")[0]
        by = f"by an override ({group}=NAME without a plus replaces all others) or the preset"
        return f"{key}: what this is a part of is null or not chosen here, {by}; leave it on to change its fields"
    own, component = own_keys(folder), ".".join(key.split(".")[:2])
    if component in own and component.endswith(f".{unknown[1]}"):
        return f"{key}: {component} is not chosen; give +{component.replace('.', '=')}"
    return unknown_key(key, known + own)


def _component(text: str, folder: Path | None) -> str:
    """What to say of a component that there is not."""
    missing = re.search(r"Could not (?:load|find) '([^']*)'", text)
    groups = [*group_names(folder), "hydra/launcher", "hydra/sweeper"]
    group = max((each for each in groups if missing and missing[1].startswith(f"{each}/")), key=len, default="")
    if not missing or not group:
        return ""
    component = missing[1].removeprefix(f"{group}/")
    if options := names(f"{group}/{component}", folder) if component else []:
        return f"{group}: {component} is chosen by itself: {group}/{component}={' or '.join(options)}"
    if group == "hydra/launcher":
        more = "joblib (pip install 'raster-labels[sweep]'), submitit_local, submitit_slurm ('raster-labels[slurm]')"
        return f"{group}: there is no {component}; choose from basic and, where installed, {more}, ray (hydra-ray-launcher)"
    other = wrong_ending(folder, f"{group}/{component}")
    return other or f"{group}: there is no {component or repr(component)}; choose from {', '.join(names(group, folder))}"


def _several(text: str) -> str:
    """What to say of several values outside of a sweep."""
    if sweep := re.search(r"Sweep parameters '(.*)' requires --multirun", text):
        return f"{sweep[1]}: several values; a sweep begins with -m"
    if of_hydra := re.search(r"Sweeping over Hydra's configuration is not supported : '(.*)'", text):
        return f"{of_hydra[1]}: several values for a setting of Hydra, where one is expected"
    ambiguous = re.search(r"Ambiguous value for argument '([^=]+)=(.*?)' 1\.", text)
    if not ambiguous:
        return ""
    key, value = ambiguous.groups()
    right = f"""a list is {key}=[{value}], a text with commas '{key}="{value}"'; a sweep begins with -m"""
    return f"{key}={value}: several values: {right}"


def _value(word: str, said: str, at: str, cause: BaseException, name: str) -> str:
    """What to say of an override, `word`, whose value is of another kind than the key `at` takes."""
    key = word.lstrip("+~").partition("=")[0]
    group, known = key.partition(".")[0], known_keys(name)
    if isinstance(cause, GrammarParseError):
        return f"{word}: a value with ${{ refers to another option, as ${{seed}}; there is no }} or no key here"
    if key == "distractors" and "is not Optional" in said:
        return "distractors=null: randomizers.distractors=null switches them off; solids@distractors=[...] chooses others"
    if key == "distractors":
        return f"{word}: choose them with solids@{word}"
    if key not in known and key.startswith(f"{at}."):  # n.x
        return unknown_key(key, known)
    at = at or key
    if re.match(r"Cannot merge|Invalid type assigned|field .* is not Optional", said):
        if group in GROUPS:
            weights = "; names with weights are [flat,{wood:3}]" if group == "randomizers" else ""
            return f"{word}: a list cannot turn into a mapping, nor back: give '~{key}' and then '+{word}'{weights}"
        if any(each.startswith(f"{at}.") for each in known):
            return f"{word}: this is a table of options: give one of them, as {at}.NAME=VALUE"
    expected = _expected(stated_options(name).get(at), said)
    return f"{word}: {'' if at == key else f'{at}: '}expected {expected}" if expected else ""


def _expected(option: Option | None, said: str) -> str:
    """What an option takes; "" if neither it nor Hydra's message says so."""
    allowed = option.allowed if option else ""
    by_default = KINDS_OF_DEFAULTS.get(type(option.default), "") if option else ""
    kind = next((kind for words, kind in KINDS.items() if words in said), by_default)
    if kind in ("a whole number", "a number"):
        return f"{kind} ({allowed})" if allowed not in ("", kind) else kind
    return kind if kind == "true or false" else allowed or kind
