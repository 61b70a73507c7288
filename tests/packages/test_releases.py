"""The change log, as the packages list it."""

from __future__ import annotations

import tomllib

import releases

_LOG = """\
# Changelog

## [Unreleased]

- Not yet there.

## [0.2.0] - 2026-12-01

### Added

- Packages: `make deb`
  makes one.
- A [link](https://a.org).

### Fixed

- **Bold** words.

## 0.1.0 (unreleased)

- First version.
"""


def test_versions_dates_and_changes() -> None:
    new, first = releases.read(_LOG)
    assert (new.version, new.date) == ("0.2.0", "2026-12-01")
    assert new.changes == ("Packages: make deb makes one.", "A link.", "Bold words.")
    assert (first.version, first.date, first.changes) == ("0.1.0", "", ("First version.",))


def test_the_change_log_knows_the_version_that_is_built() -> None:
    found = releases.releases()
    assert releases.version() in {each.version for each in found}
    assert all(each.changes for each in found)


def test_the_version_stands_in_one_place() -> None:
    from inpaint_studio import __version__

    assert releases.version() == __version__
    project = tomllib.loads((releases.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    citation = (releases.ROOT / "CITATION.cff").read_text(encoding="utf-8")
    newest = next(each for each in releases.releases() if each.version == __version__)
    assert f"version: {__version__}\n" in citation
    assert f"date-released: {newest.date}\n" in citation
