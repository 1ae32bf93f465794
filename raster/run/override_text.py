"""requoted: the value of an override with quotes around the texts in it that Hydra's grammar takes in no other way."""

import re

from hydra.errors import HydraException

from raster.run.compose import read_override

_KEY_OF_TABLE = r"[\w/+.$%*@?| -]"  # letters that Hydra takes there
_ESCAPED = re.compile(r"\\([\\()\[\]{}:=, \t])")  # as Hydra escapes letters outside of quotes
_PAIRS = {"[": "]", "{": "}", "(": ")"}


def requoted(value: str) -> str | None:
    """Return a value, or several with commas between, with texts in quotes that need them; None if brackets do not pair."""
    return _Value(value).choices()


def parses(override: str) -> bool:
    try:
        read_override(override)
    except HydraException:
        return False
    return True


def coded(text: str, allowed: str) -> str:
    """A key with numbers in place of the letters that do not fit the pattern `allowed`; one after a backslash stays."""

    def code(found: re.Match[str]) -> str:
        c = found[0]
        return c if len(c) > 1 or re.fullmatch(allowed, c, re.ASCII) else f"__x{ord(c):x}__"

    return re.sub(r"\\[\\()\[\]{}:=, ]|.", code, text, flags=re.DOTALL)


def in_quotes(text: str) -> str:
    """Text in quotes as Hydra reads them: a backslash counts only before a quote or at the end."""
    quote = "'" if '"' in text else '"'
    return quote + re.sub(rf"(\\*)({quote}|$)", lambda m: 2 * m[1] + (m[2] and "\\" + m[2]), text) + quote


class _Value:
    """The text of a value, read from left to right."""

    def __init__(self, text: str):
        self.text, self.at = text, 0

    def choices(self) -> str | None:
        """The whole text: one element, or several with commas between them. None if brackets do not pair."""
        found = self._elements("")
        return None if found is None or self.at < len(self.text) else ",".join(found)

    def _elements(self, end: str) -> list[str] | None:
        """Elements up to the bracket `end`, which is not taken, or to the end of the text."""
        found = []
        while True:
            one = self._element(end)
            if one is None:
                return None
            found.append(one)
            if self.text[self.at : self.at + 1] != ",":
                return found
            self.at += 1

    def _element(self, end: str) -> str | None:
        """A list, a table, or text."""
        self._skip_spaces()
        opened = self.text[self.at : self.at + 1]
        start = self.at
        if opened in ("[", "{"):
            self.at += 1
            inside = self._list() if opened == "[" else self._table()
            self._skip_spaces()
            if inside is None:
                return None
            if self.text[self.at : self.at + 1] in ("", ",", end):
                return opened + inside + _PAIRS[opened]
            self.at = start  # text that begins with a bracket, as [1].png
        return self._text(",", end)

    def _list(self) -> str | None:
        self._skip_spaces()
        found: list[str] | None = [] if self.text[self.at : self.at + 1] == "]" else self._elements("]")
        return None if found is None or not self._take("]") else ",".join(found)

    def _table(self) -> str | None:
        found: list[str] = []
        while not self._take("}"):
            if found and not self._take(","):
                return None
            key = self._text(":", "}")
            if not self._take(":"):
                return None
            value = self._element("}")
            if value is None:
                return None
            bare = key[1:-1] if key[:1] in ("'", '"') else key
            found.append(f"{coded(bare, _KEY_OF_TABLE)}: {value}")
        return ",".join(found)

    def _text(self, *ends: str) -> str:
        """Text up to one of the characters `ends` outside of brackets and quotes, in quotes if it needs them."""
        self._skip_spaces()
        start, closing = self.at, list[str]()
        if self.text[start : start + 1] in ("'", '"') and (whole := self._quotation(ends)):
            return whole
        while self.at < len(self.text):
            c = self.text[self.at]
            if not closing and c in ends:
                break
            if c == "\\":
                self.at += 1
            elif closing and c == closing[-1]:
                closing.pop()
            elif c in _PAIRS and _PAIRS[c] in self.text[self.at :]:
                closing.append(_PAIRS[c])
            self.at += 1
        text = self.text[start : self.at].strip()
        if ends == (":", "}"):  # a key
            return text
        return text if parses(f"k={text}") else in_quotes(_ESCAPED.sub(r"\1", text))

    def _quotation(self, ends: tuple[str, ...]) -> str:
        """Text that stands in quotes already; "" if it does not, and only begins with one."""
        quote = self.text[self.at]
        found = re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}\s*(?=$|[{re.escape(''.join(ends))}])").match(
            self.text, self.at
        )
        if not found:
            return ""
        self.at = found.end()
        return found[0].strip()

    def _take(self, character: str) -> bool:
        """Whether this character is next; if so it is taken."""
        self._skip_spaces()
        there = self.text[self.at : self.at + 1] == character
        self.at += there
        return there

    def _skip_spaces(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
