from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inpaint_studio.cli import main
from inpaint_studio.engine.machine import doctor
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.base import registry as registries
from inpaint_studio.models.base.registry import registry
from tests.models.plugins import plugins

__all__ = ["plugins"]

ROOT = Path(__file__).parents[2]
BUILT_IN = {"exemplar", "telea", "navier-stokes", "lama", "deepfill-v2"}


def traits(**values: str) -> str:
    """Code of a model whose traits are well formed but for these."""
    return f"Mean.traits = replace(TRAITS, {', '.join(f'{name}={value}' for name, value in values.items())})"


# Code of a plug-in that cannot be used, and a part of the reason.
HOSTILE = {
    "import": ("import gone_for_good", "gone_for_good"),
    "syntax": ("def (", "SyntaxError"),
    "exit at import": ("import sys\nsys.exit(3)", "SystemExit: 3"),
    "exit in model": ("def model(): raise SystemExit('bye')", "bye"),
    "own BaseException": ("class Odd(BaseException): pass\ndef model(): raise Odd('odd')", "Odd: odd"),
    "error whose text fails": (
        "class Mute(Exception):\n    def __str__(self): raise SystemExit\ndef model(): raise Mute()",
        "Mute",
    ),
    "error of many lines": ("def model(): raise ValueError('one\\n\\x1b[2J' + 'two' * 9000)", "ValueError: one [2Jtwo"),
    "recursion": ("def model(): return model()", "RecursionError"),
    "reads the registry": (
        "from inpaint_studio.models.base.registry import registry\ndef model(): return registry()",
        "while it is made",
    ),
    "not a function": ("model = 3", "it names a int"),
    "raises at every look": (
        "class Mute:\n    def __getattribute__(self, name): raise RuntimeError(name)\nmodel = Mute",
        "RuntimeError",
    ),
    "list that cannot be read": (
        "class Odd(list):\n    def __iter__(self): raise SystemExit('odd')\ndef model(): return Odd([1])",
        "odd",
    ),
    "needs arguments": ("def model(size): return Mean()", "TypeError"),
    "none": ("def model(): return None", "traits"),
    "no models": ("def model(): return ()", "no model"),
    "no traits": ("class Bare: pass\nmodel = Bare", "traits"),
    "traits of another type": ("Mean.traits = {'name': 'mean'}", "dict"),
    "traits that raise": ("Mean.traits = property(lambda self: 1 / 0)", "ZeroDivisionError"),
    "field that raises": (
        "class Odd(Traits):\n    def __getattribute__(self, name):\n        raise SystemExit(name)\n"
        "Mean.traits = object.__new__(Odd)",
        "SystemExit",
    ),
    "no name": (traits(name="''"), "traits.name"),
    "name of a path": (traits(name="'../../etc'"), "traits.name"),
    "name of an option": (traits(name="'--help'"), "traits.name"),
    "name of two lines": (traits(name="'mean\\n'"), "traits.name"),
    "number for a name": (traits(name="7"), "traits.name"),
    "long name": (traits(name="'a' * 65"), "traits.name"),
    "name of a built-in": (traits(name="'telea'"), "taken"),
    "name auto": (traits(name="'auto'"), "taken"),
    "long title": (traits(title="'T' * 10**6"), "traits.title"),
    "title of two lines": (traits(title="'a\\nb'"), "traits.title"),
    "title that moves the cursor": (traits(title="'\\x1b[2J'"), "traits.title"),
    "text that is none": (traits(summary="None"), "traits.summary"),
    "own text class": ("class Odd(str): pass\n" + traits(title="Odd('Mean')"), "traits.title"),
    "text for a year": (traits(year="'2020'"), "traits.year"),
    "year of fractions": (traits(year="2020.5"), "traits.year"),
    "huge year": (traits(year="10**400"), "traits.year"),
    "other values": (traits(values="'floats'"), "traits.values"),
    "size of 0": (traits(min_side="0"), "traits.min_side"),
    "huge size": (traits(min_side="10**12"), "traits.min_side"),
    "truth for a size": (traits(min_side="True"), "traits.min_side"),
    "multiple of 0": (traits(multiple_of="0"), "traits.multiple_of"),
    "huge multiple": (traits(multiple_of="10**6"), "traits.multiple_of"),
    "number of numpy": (traits(multiple_of="np.int64(8)"), "traits.multiple_of"),
    "negative maximum": (traits(max_side="-1"), "traits.max_side"),
    "maximum below minimum": (traits(min_side="64", max_side="32"), "traits.max_side"),
    "fixed size of bytes": (traits(fixed_size="64"), "traits.fixed_size"),
    "centred without a size": (traits(centred="0.5"), "traits.centred"),
    "negative context": (traits(context="-1.0"), "traits.context"),
    "context that is no number": (traits(context="float('nan')"), "traits.context"),
    "infinite context": (traits(context="float('inf')"), "traits.context"),
    "a list of guides": (traits(accepts="['lines']"), "traits.accepts"),
    "an unknown guide": (traits(accepts="frozenset({'moods'})"), "traits.accepts"),
    "an unhashable guide": (traits(provides="frozenset({1})"), "traits.provides"),
    "an unknown choice": (traits(heeds="frozenset({'rotation'})"), "traits.heeds"),
    "unknown origin": (traits(origin="'dreamt'"), "traits.origin"),
    "number for a flag": (traits(trainable="1"), "traits.trainable"),
    "no fill": ("del Mean.fill", "no method fill"),
    "fill of no arguments": ("Mean.fill = lambda self: None", "fill"),
    "fill by name alone": ("def fill(self, *, image, hole): pass\nMean.fill = fill", "fill"),
    "asynchronous fill": ("async def fill(self, image, hole, guide, options, ticket): pass\nMean.fill = fill", "plain"),
    "fill that is a number": ("Mean.fill = 5", "no method fill"),
    "no warm-up": ("del Mean.warm_up", "no method warm_up"),
    "warm-up without ticket": ("Mean.warm_up = lambda self: None", "warm_up"),
    "network without a system": (
        "from inpaint_studio.models.base.network_model import NetworkModel\n"
        "def model():\n    made = object.__new__(NetworkModel)\n    made.traits, made.weights = TRAITS, None\n"
        "    made.system = 7\n    return made",
        "System",
    ),
}


def test_the_models_of_this_package_are_found():
    assert set(registry().models) >= BUILT_IN
    assert not registry().broken


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownModel, match="did you mean 'telea'"):
        registry().get("tela")
    with pytest.raises(UnknownModel, match="auto"):
        registry().get("zzz")


def test_a_plug_in_is_a_model_like_the_others(plugins):
    plugins.install("")
    found = plugins.found()
    assert "mean" in found.models
    assert set(found.models) > BUILT_IN
    assert not found.broken


@pytest.mark.parametrize(("code", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_malformed_plug_in_is_listed_with_its_reason_and_stops_nothing(plugins, code, reason):
    plugins.install(code)
    found = plugins.found()
    assert set(found.models) >= BUILT_IN
    assert "mean" not in found.models
    assert list(found.broken) == ["theirs"]
    shown = found.broken["theirs"]
    assert reason in shown
    assert shown.isprintable()
    assert len(shown) <= 200


def test_all_hostile_plug_ins_at_once_stop_no_command(plugins, capfd):
    for number, (code, _) in enumerate(HOSTILE.values()):
        plugins.install(code, f"theirs-{number}")
    plugins.install("print('hello')", "loud")
    registries.forget()
    assert main(["models", "list"]) == 0
    assert capfd.readouterr().out.count("is broken:") == len(HOSTILE)
    assert main(["models", "list", "--json"]) == 0
    listed = json.loads(capfd.readouterr().out)
    assert len(listed["broken"]) == len(HOSTILE)
    assert "mean" in [model["name"] for model in listed["models"]]
    assert len(doctor.examine()["broken"]) == len(HOSTILE)
    assert main(["doctor"]) == 0


def test_what_a_plug_in_prints_does_not_reach_standard_output(plugins, capfd):
    plugins.install("print('at import')\ndef model():\n    print('at the call')\n    return Mean()")
    registries.forget()
    assert main(["models", "list", "--json"]) == 0
    shown = capfd.readouterr()
    json.loads(shown.out)
    assert "at import" in shown.err
    assert "at the call" in shown.err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX processes")
@pytest.mark.parametrize("group", ["list", "doctor"])
def test_plug_ins_that_interrupt_fork_or_print_by_themselves(plugins, group):
    """In a process of its own: the signal handler of the tests takes every KeyboardInterrupt for the user's."""
    plugins.install("raise KeyboardInterrupt", "interrupted")
    plugins.install("def model(): raise KeyboardInterrupt", "interrupting")
    plugins.install("import os, sys\nif os.fork() == 0:\n    sys.exit(0)", "forked")
    plugins.install("import os\nos.write(1, b'raw')\nos.write(2, b'raw')\nprint('shown')", "loud")
    arguments = ["doctor", "--json"] if group == "doctor" else ["models", "list", "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(plugins.folder)])}
    done = subprocess.run(
        [sys.executable, "-m", "inpaint_studio", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "shown\n")
    broken = json.loads(done.stdout)["broken"]
    names = [each["name"] for each in broken] if group == "list" else list(broken)
    # Both others have the same name, so that one of them is refused.
    assert set(names) == {"interrupted", "interrupting", "loud"}


def test_damaged_metadata_is_listed_and_hides_no_other(plugins):
    plugins.install("")
    plugins.describe("damaged", "[inpaint_studio.models]\nno equals sign\n")
    plugins.describe("strange", "[inpaint_studio.models]\nother = not a module at all!\n")
    found = plugins.found()
    assert "mean" in found.models
    assert "damaged" in found.broken["damaged"]
    assert "other" in found.broken


def test_two_plug_ins_of_one_name(plugins):
    plugins.install("")
    plugins.install("")
    plugins.install("import gone_for_good")
    found = plugins.found()
    assert "mean" in found.models
    assert len(found.broken) == 2


def test_one_function_may_return_several_models(plugins):
    plugins.install(
        "class Other(Mean):\n    traits = replace(TRAITS, name='other')\n"
        "class Bad(Mean):\n    traits = 5\n"
        "def model(): return [Mean(), Other(), Bad()]"
    )
    found = plugins.found()
    assert {"mean", "other"} <= set(found.models)
    assert list(found.broken) == ["theirs (3)"]


def test_a_plugin_that_cannot_be_used_is_refused_with_its_reason(plugins):
    plugins.install("import gone_for_good")
    with pytest.raises(UnknownModel, match=r"'theirs' cannot be used: .*gone_for_good.*\.$"):
        plugins.found().get("theirs")


def test_traits_are_read_once(plugins):
    """A property that changes later changes nothing."""
    plugins.install(
        "calls = []\ndef read(self):\n    calls.append(1)\n    return TRAITS if len(calls) == 1 else 1 / 0\n"
        "Mean.traits = property(read)"
    )
    model = plugins.found().models["mean"]
    assert [model.traits.name, model.traits.title] == ["mean", "Mean"]


def test_threads_that_ask_at_once_get_one_registry(plugins):
    module = plugins.install("import builtins\nbuiltins.made_models = getattr(builtins, 'made_models', 0) + 1")
    found, start = [], threading.Barrier(6)

    def ask() -> None:
        start.wait()
        found.append(registry())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert module in sys.modules
    assert len({id(each) for each in found}) == 1
    assert len(found) == 6


@pytest.mark.parametrize("trainable", [False, True])
def test_a_model_of_others_is_trainable_only_with_a_recipe(plugins, trainable):
    plugins.install(
        "from inpaint_studio.models.base.network_model import NetworkModel, System\n"
        "def model():\n    traits = replace(TRAITS, values='unit', needs_weights=True, trainable=True)\n"
        "    return NetworkModel(System(traits, lambda config: None))"
    )
    if trainable:
        plugins.install("", "mean", "inpaint_studio.recipes", "Recipe")
    model = plugins.found().models["mean"]
    assert model.traits.trainable is trainable
    assert model.system.traits.trainable is trainable


def test_only_networks_can_be_trained(plugins):
    plugins.install(traits(trainable="True"))
    plugins.install("", "mean", "inpaint_studio.recipes", "Recipe")
    assert not plugins.found().models["mean"].traits.trainable


def test_every_model_of_this_package_that_is_trainable_has_a_recipe():
    from training.recipes import systems

    assert {name for name, model in registry().models.items() if model.traits.trainable} == set(systems())
