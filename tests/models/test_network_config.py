"""Every system declares how its network can be built, once; everything else follows from that table."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.network_config import ConfigError, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.registry import registry

SYSTEMS = {name: model.system for name, model in registry().models.items() if isinstance(model, NetworkModel)}
TABLE = ConfigTable(
    (
        ConfigOption("width", 64, "channels", least=2, step=2),
        ConfigOption("merge", True, "merged", absent=False),
        ConfigOption("widths", [8, 4], "channels of stages", most=16, longest=3),
        ConfigOption("order", "rgb", "order of colours", choices=("rgb", "bgr"), trained=False),
        ConfigOption("steps", 2, "number of steps", choices=(1, 2)),
        ConfigOption("half", 32, "half of the width", derive=lambda config: config["width"] // 2),
    ),
    lambda config: "Half is more than the width." if config["half"] > config["width"] else "",
)
PAPER = {"width": 64, "merge": True, "widths": [8, 4], "order": "rgb", "steps": 2, "half": 32}


def shapes(system: System, chosen: dict[str, object]) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        network = system.build(system.table.complete(chosen))
    return {key: tuple(value.shape) for key, value in network.state_dict().items()}


def test_every_network_has_a_table():
    assert len(SYSTEMS) == 12
    for system in SYSTEMS.values():
        assert "width" in system.paper or "widths" in system.paper
        for option in system.table.options:
            assert 0 < len(option.meaning) <= 90
            assert option.meaning[-1] != "."


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_choice_can_be_built(name):
    system = SYSTEMS[name]
    for option in system.table.options:
        if option.derive is not None or name == "mi-gan":  # their values depend on each other
            continue
        values = option.choices or ((False, True) if isinstance(option.default, bool) else (option.default,))
        for value in values:
            assert shapes(system, system.small | {option.name: value})


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("bound", ["least", "most"])
def test_the_bounds_of_a_width_are_honest(name, bound):
    system = SYSTEMS[name]
    for option in system.table.options:
        if option.name != "width":
            continue
        value = getattr(option, bound)
        assert option.allows(value)
        if name == "lama" and bound == "least":
            with pytest.raises(ConfigError, match="Of 8 channels"):
                system.table.complete({"width": value, "global": 8})
        chosen = {"width": value} | ({} if name == "lama" else {k: v for k, v in system.small.items() if k != "width"})
        assert shapes(system, chosen)


@pytest.mark.parametrize("resolution", [32, 64, 128, 256, 512, 1024])
def test_mi_gan_gets_the_papers_widths_at_any_resolution(resolution):
    system = SYSTEMS["mi-gan"]
    widths = system.table.complete({"resolution": resolution})["widths"]
    assert shapes(system, {"resolution": resolution})
    assert widths[0] == 512
    assert widths[-1] == min(512, 32768 // resolution)


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_dialects_let_choose_is_in_the_table(name):
    system = SYSTEMS[name]
    for dialect in system.dialects:
        for key, values in dialect.settings.items():
            for value in values:
                system.table.check({key: value})


def test_the_papers_values_complete_what_is_chosen():
    assert TABLE.complete({}) == PAPER
    assert TABLE.complete({"merge": False}) == PAPER | {"merge": False}
    assert TABLE.complete({"width": 10}) == PAPER | {"width": 10, "half": 5}
    first, second = TABLE.complete({}), TABLE.complete({})
    first["widths"].append(1)
    assert second == PAPER


def test_a_saved_set_lacks_options_that_are_newer():
    saved = {"width": 64, "widths": [8, 4], "order": "bgr", "steps": 1, "half": 32}
    assert TABLE.restore(saved) == saved | {"merge": False}


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"depth": 1}, "no 'depth' to choose; there are width, merge, widths, steps, half"),
        ({"width": 3}, "'width' cannot be 3; it must be a whole number from 2 to 1024 in steps of 2"),
        ({"width": 1026}, "cannot be 1026"),
        ({"width": True}, "cannot be True"),
        ({"width": 64.0}, "cannot be 64.0"),
        ({"width": [64]}, "cannot be"),
        ({"merge": 1}, "'merge' cannot be 1; it must be true or false"),
        ({"widths": []}, "1 to 3 whole numbers from 1 to 16, with commas between"),
        ({"widths": [1, 2, 3, 4]}, "cannot be"),
        ({"widths": [1, "2"]}, "cannot be"),
        ({"widths": 8}, "cannot be 8"),
        ({"order": "gbr"}, "it must be rgb or bgr"),
        ({"steps": 3}, "it must be 1 or 2"),
        ({"steps": True}, "cannot be True"),
        ({"width": 2, "half": 3}, "Half is more than the width"),
        ({"width": {}}, "cannot be"),
        ({"width": "9" * 5000}, "cannot be 9999.*…"),
    ],
)
def test_what_the_table_does_not_allow_is_a_sentence(chosen, sentence):
    for fill in (TABLE.complete, TABLE.restore):
        with pytest.raises(ConfigError, match=sentence) as error:
            fill(chosen)
        assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"order": "bgr"}, "no 'order' to choose for this network; there are width, merge"),
        ({"width": "many"}, "'width' cannot be 'many'; it must be a whole number"),
        ({"width": "1e3"}, "cannot be '1e3'"),
        ({"width": "-2"}, "cannot be '-2'"),
        ({"width": "٤"}, "cannot be"),
        ({"merge": "yes"}, "it must be true or false"),
        ({"widths": "8,,4"}, "cannot be '8,,4'"),
    ],
)
def test_a_wrong_text_is_a_sentence(texts, sentence):
    with pytest.raises(InputError, match=sentence):
        TABLE.parse(texts)


def test_texts_are_read():
    texts = {"width": "8", "merge": "False", "widths": " 8, 4,2", "steps": "1"}
    assert TABLE.parse(texts) == {"width": 8, "merge": False, "widths": [8, 4, 2], "steps": 1}


@given(st.sampled_from(sorted(SYSTEMS)), st.data())
def test_every_allowed_value_is_read_from_its_text(name, data):
    option = data.draw(st.sampled_from(SYSTEMS[name].table.options))
    number = st.integers(option.least, option.most // option.step).map(lambda n: n * option.step).filter(option.allows)
    values = st.sampled_from([True, False]) if isinstance(option.default, bool) else number
    if option.choices:
        values = st.sampled_from(option.choices)
    elif isinstance(option.default, list):
        values = st.lists(st.integers(option.least, option.most), min_size=1, max_size=option.longest)
    value = data.draw(values)
    assert option.allows(value)
    assert option.parse(option.format(value)) == value


def test_a_malformed_table_is_refused():
    option = ConfigOption("width", 64, "channels")
    for options in ((option, option), (replace(option, default=0),), (replace(option, absent=0),)):
        with pytest.raises(ConfigError):
            ConfigTable(options)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"name": "x=y z"}, "no name of an option"),
        ({"name": 3}, "no name of an option"),
        ({"meaning": 7}, "meaning of 'width'"),
        ({"meaning": "one line\nand another"}, "meaning of 'width'"),
        ({"meaning": "\x1b[31mred"}, "meaning of 'width'"),
        ({"meaning": "x" * 201}, "meaning of 'width'"),
        ({"step": 0}, "range of 'width'"),
        ({"most": 9.5}, "range of 'width'"),
        ({"choices": (4, "4", None)}, "choices of 'width'"),
        ({"default": "a", "choices": ("a", "b\n")}, "choices of 'width'"),
        ({"default": 4.5}, "default of 'width'"),
    ],
)
def test_a_strange_table_is_refused(how, reason):
    """A plug-in may declare anything; its text goes to terminals and windows."""
    row = {"name": "width", "default": 4, "meaning": "channels"} | how
    with pytest.raises(ConfigError, match=reason):
        ConfigTable((ConfigOption(**row),))
