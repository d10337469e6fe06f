"""What a page shows at every setting of its controls, as lookups: what differs is marked once, and its values are listed.

The same piece of a report at 27 settings is nearly the same markup 27 times. Both are cut into tags and texts; a text that
differs is wrapped and numbered, an attribute that differs is named, and rows of a table that come and go are numbered. The
page's script puts in what is listed for a setting, and computes nothing. The files that a page
saves are listed beside them: packed they take a fifth.
"""

import csv
import io
import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import compress
from typing import Any
from urllib.parse import unquote

__all__ = ["Lookups"]

_TAG = re.compile(r"(<[^>]*>)")
_ATTRIBUTE = re.compile(r' ([\w:-]+)="([^"]*)"')
_NAME = re.compile(r"</?[\w-]*")
_BODY = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
_ROWS = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_LABEL = re.compile(r'<th scope="row">.*?</th>', re.DOTALL)
_SAVED = re.compile(r'<p class="pt-save">.*?</p>', re.DOTALL)  # files are those of the page's own settings
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)")
_FILE = re.compile(
    r'<p class="pt-save"><a download="([^"]*)" href="data:text/csv;charset=utf-8,([^"]*)" aria-label="([^"]*)">CSV</a>'
)


class Lookups:
    """The lookups of one page, collected piece by piece; `own` is the place of the page's own setting among all."""

    def __init__(self, own: int) -> None:
        self._own = own
        self._texts: dict[tuple[str, ...], int] = {}
        self._tags: list[dict[str, list[str | list[str]]]] = []
        self._orders: list[list[list[int]]] = []
        # What each is called, its columns, which pack better than rows, and what its link says.
        self.files: list[tuple[str, list[list[str]], str]] = []
        self._before: list[int] = []  # how many there were of each when the page was written

    @classmethod
    def resumed(cls, packed: str, own: int) -> "Lookups":
        """Open the lookups of a page that was written, to add more; what was added the last time is left out."""
        found = json.loads(zlib.decompress(b64decode(packed), -15))
        lists = [found[name] for name in ("texts", "tags", "orders")]
        before = found.get("before", [len(one) for one in lists])
        texts, tags, orders = (one[:count] for one, count in zip(lists, before, strict=True))
        lookups = cls(own)
        lookups._texts = {tuple(values): place for place, values in enumerate(texts)}
        lookups._tags, lookups._orders, lookups._before = tags, orders, before
        lookups.files = found["files"]
        return lookups

    def __bool__(self) -> bool:
        """Say whether anything on the page follows its controls."""
        return bool(self._texts or self._tags or self._orders)

    def _listed(self, values: Sequence[str]) -> int:
        """Return the place of some texts, one a setting, in the list of all."""
        return self._texts.setdefault(tuple(values), len(self._texts))

    def followed(self, own: str, variants: Sequence[str]) -> str:
        """Write a piece of a page at its own setting, marked where it follows the controls.

        A piece that was made with other options than those that the parameters of its notebook say follows nothing.
        """
        kept = _SAVED.findall(own)
        pieces = [_SAVED.sub("<!--saved-->", variant) for variant in variants]
        if pieces[self._own : self._own + 1] != [_SAVED.sub("<!--saved-->", own)]:
            return own
        bodies = [_BODY.findall(piece) for piece in pieces]
        if len({len(found) for found in bodies}) == 1 and bodies[0]:
            outside = [_BODY.sub("<tbody></tbody>", piece) for piece in pieces]
            inside = [self._rows([found[at] for found in bodies]) for at in range(len(bodies[0]))]
            marked = self._merged(outside)
            for rows in inside:
                marked = marked.replace("<tbody></tbody>", rows, 1)
        else:
            marked = self._merged(pieces)
        for link in kept:
            marked = marked.replace("<!--saved-->", link, 1)
        return marked

    def filed(self, shown: str) -> str:
        """Take the links that save files out of a piece, and list what they are called, hold and say."""

        def named(found: re.Match[str]) -> str:
            name, content, label = found.groups()
            columns = list(map(list, zip(*csv.reader(io.StringIO(unquote(content))), strict=True)))
            self.files.append((name, columns, unescape(label)))
            return f'<p class="pt-save" data-file="{len(self.files) - 1}">'

        return _FILE.sub(named, shown)

    def file(self, numbers: Sequence[Mapping[str, Any]]) -> None:
        """List numbers that stand in no table or figure, which only the workbook of all has."""
        columns = dict.fromkeys(key for number in numbers for key in number)
        self.files.append(
            ("", [[key, *(str(number.get(key, "")) for number in numbers)] for key in columns], "")
        )

    def _rows(self, bodies: Sequence[str]) -> str:
        """Merge the rows of a table, which may come, go and change places from setting to setting."""
        found = [_keyed(_ROWS.findall(body)) for body in bodies]
        keys = list(dict.fromkeys(key for one in [found[self._own], *found] for key in one))
        first = {key: next(one[key] for one in found if key in one) for key in keys}
        rows = [self._merged([one.get(key, first[key]) for one in found]) for key in keys]
        orders = [[keys.index(key) for key in one] for one in found]
        hidden = set(range(len(keys))) - set(orders[self._own])
        rows = [row.replace("<tr", "<tr hidden", 1) if at in hidden else row for at, row in enumerate(rows)]
        if len({tuple(order) for order in orders}) == 1:
            return f"<tbody>{''.join(rows)}</tbody>"
        self._orders.append(orders)
        return f'<tbody data-order="{len(self._orders) - 1}">{"".join(rows)}</tbody>'

    def _merged(self, variants: Sequence[str]) -> str:
        """Merge pieces that have the same tags; of others, the whole is looked up."""
        different = {variant: place for place, variant in enumerate(dict.fromkeys(variants))}
        if len(different) == 1:
            return variants[0]
        own, cut = different[variants[self._own]], [_TAG.split(variant) for variant in different]
        apart = [len(set(tokens)) > 1 for tokens in zip(*cut, strict=False)]
        shapes = {tuple(map(_shape, compress(tokens, apart))) for tokens in cut}
        if len(shapes) > 1 or len(set(map(len, cut))) > 1:
            return f'<div data-whole="{self._listed(variants)}">{variants[self._own]}</div>'
        parts, in_picture, places = list(cut[own]), False, [different[variant] for variant in variants]
        for at, (tokens, is_apart) in enumerate(zip(zip(*cut, strict=True), apart, strict=True)):
            token = tokens[own]
            in_picture = (in_picture or token.startswith("<svg")) and token != "</svg>"
            if not is_apart:
                continue
            each = [tokens[place] for place in places]
            if at % 2:
                parts[at] = self._tag(each)
                continue
            marked = f' data-text="{self._listed(list(map(unescape, each)))}">'
            opened, closed = "".join(cut[own][at - 1 : at]), "".join(cut[own][at + 1 : at + 2])
            if opened and closed == f"</{_shape(opened)[1:]}>":  # it is all that an element holds
                parts[at - 1] = parts[at - 1].removesuffix(">") + marked
            else:
                wrap = "tspan" if in_picture else "span"
                parts[at] = f"<{wrap}{marked}{token}</{wrap}>"
        return "".join(parts)

    def _tag(self, tokens: Sequence[str]) -> str:
        """Mark a tag, and list every attribute that is not the same at all settings."""
        found = [dict(_ATTRIBUTE.findall(token)) for token in tokens]
        names = sorted({name for attributes in found for name in attributes})
        changing: dict[str, list[str | list[str]]] = {}
        for name in names:
            values = [unescape(attributes.get(name, "")) for attributes in found]
            if len(set(values)) > 1:
                changing[name] = _parts(values)
        self._tags.append(changing)
        token = tokens[self._own]
        end = -2 if token.endswith("/>") else -1
        return f'{token[:end]} data-tag="{len(self._tags) - 1}"{token[end:]}'

    def packed(self) -> str:
        """Return all lookups as compressed JSON in base 64."""
        content: dict[str, Any] = {"texts": list(self._texts), "tags": self._tags, "orders": self._orders}
        content["files"] = self.files
        if self._before:
            content["before"] = self._before
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return b64encode(packer.compress(raw) + packer.flush()).decode()


def _parts(values: Sequence[str]) -> list[str | list[str]]:
    """Cut values at their numbers where only these differ: what is the same at all settings stands once."""
    cut = [_NUMBER.split(value) for value in values]
    if len({tuple(one[::2]) for one in cut}) > 1:
        return [list(values)]
    found: list[str | list[str]] = [""]
    for texts in zip(*cut, strict=True):
        if len(set(texts)) > 1:
            found += [list(texts), ""]
        else:
            found[-1] = f"{found[-1]}{texts[0]}"
    return found


def _shape(piece: str) -> str:
    """Return the tags of a piece."""
    return " ".join(_NAME.findall(piece))


def _keyed(rows: Sequence[str]) -> dict[str, str]:
    """Give each row of a table a name: its label, its tags, and which of the rows of that name it is."""
    found: dict[str, str] = {}
    for row in rows:
        label = _LABEL.search(row)
        name = f"{label.group() if label else ''} {_shape(row)}"
        count = 0
        while f"{name}{count}" in found:
            count += 1
        found[f"{name}{count}"] = row
    return found
