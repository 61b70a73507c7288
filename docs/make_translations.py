"""Write the catalogues of sentences: ``python docs/make_translations.py`` (``make translations``).

The sentences are read from the sources by Python's own parser, and from the templates of pages by Jinja's: every
literal in `tr` and `mark`. Qt's lupdate merges them into ``resources/translations/*.ts``, and lrelease compiles those
to the ``.qm`` files that the program reads. English has a catalogue for its plurals only. After a new sentence: run
this, translate what it names in ``zh_CN.ts`` (Qt Linguist or any editor), run it again. The terms to use in Chinese
stand in ``docs/GLOSSARY.md``.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import jinja2
import PySide6
from jinja2 import nodes

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = {"en": ("-pluralonly",), "zh_CN": ()}  # with the options of lupdate
CONTEXT = "studio"  # one for all: a sentence means the same wherever it stands
_TOOLS = Path(PySide6.__file__).parent  # lupdate and lrelease come with PySide6


def sources() -> list[Path]:
    """The files of the program."""
    return sorted(path for folder in ("inpaint_studio", "training") for path in (ROOT / folder).rglob("*.py"))


def templates() -> list[Path]:
    """The templates of the pages that are written in the chosen language."""
    return sorted((ROOT / "resources").rglob("*.html"))


def page_sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Yield every marked sentence of a template, and whether it has forms of the plural."""
    for call in jinja2.Environment().parse(text).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "tr" and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value, len(call.args) > 1


def sentences(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield every marked sentence of a file, and whether it has forms of the plural."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "mark"):
            first = node.args[0] if node.args else None
            numbers = [*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg == "n")]
            plural = any(not (isinstance(number, ast.Constant) and number.value is None) for number in numbers)
            for text in _literals(first):
                yield text, plural


def _literals(node: ast.expr | None) -> Iterator[str]:
    """Yield the text of a literal, and both of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def collect() -> dict[str, bool]:
    """All sentences of the program, sorted, and whether each has forms of the plural."""
    found: dict[str, bool] = {}
    marked = chain(
        *(sentences(ast.parse(path.read_text(encoding="utf-8"))) for path in sources()),
        *(page_sentences(path.read_text(encoding="utf-8")) for path in templates()),
    )
    for text, plural in marked:
        found[text] = found.get(text, False) or plural
    return dict(sorted(found.items()))


def untranslated(file: Path) -> list[str]:
    """The sentences of a catalogue that lack a translation, or one of its forms."""
    return [
        message.findtext("source", "")
        for message in ET.parse(file).iter("message")
        if (translation := message.find("translation")) is None
        or translation.get("type") == "unfinished"
        or not all(form.text for form in translation.findall("numerusform") or [translation])
    ]


def write(folder: Path = FOLDER) -> None:
    """Bring the catalogues in `folder` up to date with the sources, and compile them."""
    with tempfile.TemporaryDirectory() as temporary:
        listing = Path(temporary) / "sentences.cpp"
        listing.write_text("".join(_as_cpp(text, plural) for text, plural in collect().items()), encoding="utf-8")
        for language, options in LANGUAGES.items():
            _run(
                "lupdate", "-silent", "-locations", "none", "-no-obsolete", "-sort-messages", *options,
                "-source-language", "en", "-target-language", language,
                "-disable-heuristic", "similartext", "-disable-heuristic", "sametext",
                str(listing), "-ts", str(folder / f"{language}.ts"),
            )  # fmt: skip
    for language in LANGUAGES:
        compile_catalogue(folder / f"{language}.ts", folder / f"{language}.qm")


def compile_catalogue(texts: Path, compiled: Path) -> None:
    """Write the ``.qm`` file of a ``.ts`` file."""
    _run("lrelease", "-silent", str(texts), "-qm", str(compiled))


def _as_cpp(text: str, plural: bool) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    number = ", nullptr, n" if plural else ""
    return f'QCoreApplication::translate("{CONTEXT}", "{escaped}"{number});\n'


def _run(tool: str, *arguments: str) -> None:
    program = _TOOLS / f"{tool}{'.exe' if sys.platform == 'win32' else ''}"
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{tool}: {done.stderr or done.stdout}")


if __name__ == "__main__":
    write()
    for language in LANGUAGES:
        missing = untranslated(FOLDER / f"{language}.ts")
        print(f"{language}: {len(missing)} sentences are not translated", *missing, sep="\n  ")
