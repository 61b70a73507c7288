"""The table of mutants stays usable, and the script that tries them sees what survives."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants import BROKEN, NOTICED, ROOT, SURVIVED, Mutant

TABLE = mutants.read_tables()
TESTS = ("test_sign.py",)


@pytest.mark.parametrize("mutant", TABLE, ids=lambda mutant: f"{mutant.table}: {mutant.name}")
def test_each_mutant_can_be_tried(mutant: Mutant) -> None:
    """Its old text stands once in its file, the changed file is still Python, and its tests exist."""
    assert mutant.fault(ROOT) == ""
    assert mutant.new != mutant.old
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    changed = ast.dump(ast.parse(text.replace(mutant.old, mutant.new)))
    assert changed != ast.dump(ast.parse(text))
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert not name or f"def {name.partition('[')[0]}(" in (ROOT / path).read_text(encoding="utf-8")


def test_there_are_some_forty_with_names_of_their_own_and_few_survive() -> None:
    assert len(TABLE) >= 40
    assert len({mutant.name for mutant in TABLE}) == len(TABLE)
    assert all(mutant.why.endswith(".") for mutant in TABLE)
    assert sum(bool(mutant.survives) for mutant in TABLE) <= 3
    assert {mutant.table for mutant in TABLE} >= {"exemplar", "layers", "session"}


def small(name: str, old: str, new: str, tests: tuple[str, ...] = TESTS, survives: str = "") -> Mutant:
    return Mutant("small", name, "sign.py", old, new, tests, "It matters.", survives)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module, a file with a test of it, and one without; no plug-in of pytest, which would take long to import."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "sign.py").write_text("def sign(x):\n    return 1 if x > 0 else -1\n")
    (tmp_path / "test_sign.py").write_text("from sign import sign\n\ndef test_sign():\n    assert sign(2) == 1\n")
    (tmp_path / "test_none.py").write_text("")
    return tmp_path


def test_what_the_tests_notice_and_what_not(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {path.name: path.read_text() for path in repository.iterdir()}
    tried = [
        small("wrong side", "x > 0", "x < 0"),
        small("zero", "x > 0", "x >= 0"),
        small("explained", "-1", "-2", survives="No test looks there."),
        small("gone", "x == 0", "x != 0"),
        small("twice", "1", "2"),
        small("nothing to run", "-1", "-2", ("test_none.py",)),
    ]
    verdicts = mutants.try_all(tried, repository, jobs=2)
    assert [verdict.kind for verdict in verdicts] == [NOTICED, SURVIVED, SURVIVED, BROKEN, BROKEN, BROKEN]
    assert "test_sign" in verdicts[0].text
    assert verdicts[3].text == "its old text stands 0 times in sign.py"
    assert verdicts[4].text == "its old text stands 2 times in sign.py"
    assert {path.name: path.read_text() for path in repository.iterdir()} == files
    capsys.readouterr()
    assert mutants.report(verdicts) == 2
    summary = capsys.readouterr().out
    assert "6 mutants: 1 noticed, 2 survived" in summary
    assert "zero: NOT EXPLAINED. It matters." in summary
    assert "explained: No test looks there." in summary
    assert mutants.report(verdicts[:3]) == 1
    assert mutants.report([verdicts[0], verdicts[2]]) == 0
    assert mutants.check_unchanged(tried[:1], repository) == ""
    (repository / "sign.py").write_text("def sign(x):\n    return 0\n")
    assert "test_sign.py::test_sign" in mutants.check_unchanged(tried[:1], repository)


def test_a_mutant_is_chosen_by_number_table_or_name() -> None:
    first, second = small("one", "a", "b"), small("two", "c", "d")
    assert mutants.select([first, second], []) == [first, second]
    assert mutants.select([first, second], ["2"]) == [second]
    assert mutants.select([first, second], ["t*", "one"]) == [first, second]
    assert mutants.select([first, second], ["small"]) == [first, second]
    with pytest.raises(ValueError, match="three"):
        mutants.select([first, second], ["three"])
    assert mutants.main(["--list"]) == 0
