"""A conformance test for models: what this program relies on, as test methods that a plug-in's author inherits.

    from inpaint_studio.testing import ModelConformance
    from my_package import model

    class TestMyModel(ModelConformance):
        def make_model(self):
            return model()

pytest finds the methods by their names; this module needs neither pytest nor torch itself. A network must come with
weights, which may be random. docs/plugins.md shows a plug-in with its test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from unittest import SkipTest, mock

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.model_io import to_unit
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, NoSource
from inpaint_studio.models.base.interface import Bytes, Guide, Model, Options, Plane
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.models.base.validate import check_fill, check_methods, check_traits

FAST = Options(quality="fast", threads=1)
MAGENTA = (255, 0, 255)


class ModelConformance:
    """Test methods for one model. Subclass it in a test file and define `make_model`."""

    # Heights and widths, px, of photos that every model must be able to fill.
    sizes = ((1, 2), (2, 1), (1, 9), (7, 1), (5, 5), (13, 17), (64, 51), (33, 130))

    def make_model(self) -> Model:
        """Return the model to test, ready to fill."""
        raise NotImplementedError

    def test_traits_and_methods_are_well_formed(self) -> None:
        """`Traits` and the two methods are as the interface says."""
        model = self.make_model()
        traits = check_traits(model.traits)
        check_methods(model)
        assert traits.summary.endswith("."), "the summary is a sentence"

    def test_any_size_is_filled_and_nothing_else_changes(self) -> None:
        """Photos of all `sizes` are filled; every pixel outside the hole stays equal, bit for bit."""
        model = self.make_model()
        for size in self.sizes:
            pixels, hole = make_photo(*size), make_disc(*size)
            before = pixels.copy()
            with suppress(SkipTest):
                result = fill(model, pixels, hole)
                assert result.pixels.shape == pixels.shape, f"{size}: the result has the shape {result.pixels.shape}"
                assert result.pixels.dtype == np.uint8, f"{size}: the result is of type {result.pixels.dtype}"
                assert np.array_equal(result.pixels[~hole], before[~hole]), f"{size}: pixels outside the hole changed"
            assert np.array_equal(pixels, before), f"{size}: the photo given to the model was written to"

    def test_the_answer_has_the_form_of_the_interface(self) -> None:
        """Shapes, types and ranges of the `Fill`; `Traits.provides` matches it."""
        model = self.make_model()
        image, hole = make_arguments(model)
        filled = model.fill(image, hole, Guide(), FAST, Ticket())
        check_fill(filled, model.traits, image.shape, hole)
        if model.traits.values == "unit":
            assert filled.image.min() >= 0, "the image has values below 0"
            assert filled.image.max() <= 1, "the image has values above 1"
        assert ("coarse" in model.traits.provides) == (filled.coarse is not None), "traits.provides differs: coarse"
        assert ("edges" in model.traits.provides) == (filled.edges is not None), "traits.provides differs: edges"

    def test_the_same_request_gives_the_same_pixels(self) -> None:
        """Also with more threads; a network may differ by one level of a colour there."""
        model = self.make_model()
        pixels, hole = make_photo(90, 110), make_disc(90, 110)
        first, again, threaded = (
            fill(model, pixels, hole, options=replace(FAST, seed=7, threads=threads)) for threads in (1, 1, 3)
        )
        assert np.array_equal(first.pixels, again.pixels), "the same request gave other pixels"
        # torch divides sums among threads, so that the last digit may differ, and then a colour by one when rounded.
        most = 1 if model.traits.needs_weights else 0
        difference = int(np.abs(first.pixels.astype(int) - threaded.pixels).max())
        assert difference <= most, f"with more threads, pixels differ by {difference}"

    def test_another_seed_gives_another_fill(self) -> None:
        """Only for models that declare "seeds"."""
        model = self.make_model()
        if "seeds" not in model.traits.provides:
            raise SkipTest("this model uses no random numbers")
        pixels, hole = make_photo(90, 110), make_disc(90, 110)
        first, other = (fill(model, pixels, hole, options=replace(FAST, seed=seed)) for seed in (1, 2))
        assert not np.array_equal(first.pixels, other.pixels), "seeds change nothing"

    def test_what_lies_in_the_hole_does_not_matter(self) -> None:
        """The pixels inside the hole are unknown to the model."""
        model = self.make_model()
        hole = make_disc(50, 60)
        photo, other = make_photo(50, 60), make_photo(50, 60)
        other[hole] = MAGENTA
        first, second = fill(model, photo, hole), fill(model, other, hole)
        assert np.array_equal(first.pixels, second.pixels), "the hole was looked at"

    def test_a_grey_photo_stays_grey(self) -> None:
        """Where all known pixels are grey, so are the filled ones."""
        model = self.make_model()
        grey = np.repeat(make_photo(50, 60)[..., :1], 3, axis=2)
        result = fill(model, grey, make_disc(50, 60))
        assert (result.pixels == result.pixels[..., :1]).all(), "a grey photo got colours"

    def test_an_empty_hole_changes_nothing(self) -> None:
        """An empty hole is no error; the image comes back, from a network nearly equal."""
        model = self.make_model()
        image, hole = make_arguments(model)
        filled = model.fill(image, np.zeros_like(hole), Guide(), FAST, Ticket())
        tolerance = 0.02 if model.traits.values == "unit" else 0
        assert np.allclose(filled.image, image, rtol=0, atol=tolerance), "an empty hole changed the image"

    def test_a_hole_that_is_everything_is_filled_or_refused(self) -> None:
        """Only a network may fill a photo without known pixels; others raise NoSource."""
        model = self.make_model()
        for size in ((1, 1), (48, 48)):
            pixels = make_photo(*size)
            try:
                result = fill(model, pixels, np.ones(size, np.bool_))
            except NoSource:
                continue
            assert model.traits.needs_weights, f"{size}: raise NoSource where no pixel is known"
            assert result.pixels.shape == pixels.shape
            assert result.flow is None, f"{size}: there is no source where no pixel is known"

    def test_a_fill_is_cancelled_at_every_report(self) -> None:
        """Progress rises from 0 to 1, and Cancelled ends the fill wherever it is raised."""
        model = self.make_model()
        image, hole = make_arguments(model)
        before = image.copy()
        whole = CountingTicket()
        model.fill(image, hole, Guide(), FAST, whole)
        fractions = whole.fractions
        assert fractions, "the ticket was never used: call ticket.report(fraction) during a fill"
        assert fractions == sorted(fractions), f"the reported fractions do not rise: {fractions}"
        assert 0 <= fractions[0] <= fractions[-1] <= 1, f"the reported fractions leave [0, 1]: {fractions}"
        for last in range(len(fractions)):
            with expect(Cancelled, f"report {last} did not end the fill"):
                model.fill(image, hole, Guide(), FAST, CountingTicket(last))
        assert np.array_equal(image, before), "a cancelled fill wrote to the image"

    def test_a_warm_up_can_be_cancelled_and_repeated(self) -> None:
        """`warm_up` uses its ticket and may be called again."""
        model = self.make_model()
        with expect(Cancelled, "the warm-up did not use its ticket"):
            model.warm_up(CountingTicket(0))
        model.warm_up(Ticket())
        model.warm_up(Ticket())

    def test_sources_are_known_pixels_of_the_photo(self) -> None:
        """Every pixel of the hole has a source outside the hole, with a weight in [0, 1]."""
        model = self.make_model()
        pixels, hole = make_photo(70, 90), make_disc(70, 90)
        result = fill(model, pixels, hole)
        assert result.flow is not None, "no pixel of the hole has a source"
        for row, column in np.argwhere(hole):
            source = result.flow.source_of(row, column)
            assert source is not None, f"the pixel {row}, {column} has no source"
            assert not hole[source[:2]], f"the source of the pixel {row}, {column} lies in the hole"
            assert 0 <= source[2] <= 1, f"the weight of the pixel {row}, {column} is {source[2]}"

    def test_blocked_pixels_are_no_source(self) -> None:
        """Only for models that accept "donors": neither colours nor sources come from blocked pixels."""
        model = self.make_model()
        if "donors" not in model.traits.accepts:
            raise SkipTest("this model cannot exclude pixels")
        pixels, hole = make_photo(80, 100), make_disc(80, 100)
        donors = np.zeros((80, 100), np.bool_)
        donors[:, 60:] = donors[:20, :30] = True
        pixels[donors] = MAGENTA  # no other pixel has a colour near it
        result = fill(model, pixels, hole, Guide(donors=donors & ~hole))
        if model.traits.values == "bytes":  # a network may invent colours
            red, green, blue = (result.pixels[hole][:, channel].astype(int) for channel in range(3))
            assert not ((red > 170) & (green < 40) & (blue > 170)).any(), "a colour was taken from blocked pixels"
        for row, column in np.argwhere(hole):
            source = result.flow.source_of(row, column) if result.flow else None
            assert source is None or not donors[source[:2]], f"the source of {row}, {column} is blocked"

    def test_nothing_left_to_copy_is_refused(self) -> None:
        """Only for models that copy: NoSource where all known pixels are blocked."""
        model = self.make_model()
        if "donors" not in model.traits.accepts or model.traits.needs_weights:
            raise SkipTest("this model does not depend on pixels to copy")
        hole = make_disc(60, 60)
        with expect(NoSource, "raise NoSource where all known pixels are blocked"):
            fill(model, make_photo(60, 60), hole, Guide(donors=~hole))


class CountingTicket(Ticket):
    """Collects the reported fractions, and cancels itself at the report with the number `last` (from 0)."""

    def __init__(self, last: int | None = None) -> None:
        super().__init__()
        self.last, self.fractions = last, list[float]()

    def report(self, fraction: float, note: str = "") -> None:
        """Collect `fraction`; raises Cancelled from the report `last` on."""
        if len(self.fractions) == self.last:
            self.cancel()
        self.fractions.append(fraction)
        super().report(fraction, note)


def fill(
    model: Model, pixels: Bytes, hole: Plane, guide: Guide | None = None, options: Options = FAST, plain: bool = False
) -> Result:
    """Fill `hole` (H x W) of `pixels` (H x W x 3) with `model` as the program does.

    Raises what the engine's `fill` raises, and SkipTest where a model that needs the hole in the middle of what it sees
    refuses this one.
    """
    known = Registry({**registry().models, model.traits.name: model})
    request = Request(pixels, hole, model.traits.name, guide or Guide(), options, plain)
    try:
        with mock.patch.object(run, "model_library", return_value=known):
            return run.fill(request, Ticket())
    except InputError as error:
        if model.traits.centred is None or "middle" not in str(error):
            raise
        raise SkipTest(str(error)) from error


def make_photo(height: int, width: int) -> Bytes:
    """A shaded, noisy H x W x 3 image, the same at every call."""
    noise = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width]
    shade = np.stack([60 + 40 * np.sin(y / 7), 80 + 40 * np.cos(x / 9), 90 + 30 * np.sin((x + y) / 11)], axis=2)
    return np.clip(shade + noise.normal(0, 12, shade.shape), 0, 255).astype(np.uint8)


def make_disc(height: int, width: int) -> Plane:
    """A round hole in the middle of H x W, a quarter of the shorter side in radius, at least one pixel."""
    y, x = np.mgrid[:height, :width]
    radius = max(0.5, min(height, width) / 4)
    return np.asarray((y - height // 2) ** 2 + (x - width // 2) ** 2 < radius**2)


def make_arguments(model: Model) -> tuple[NDArray[Any], Plane]:
    """A read-only image in the form and of a size that the model takes, and a hole in its middle."""
    traits = model.traits
    side = traits.fixed_size or -(-max(64, traits.min_side) // traits.multiple_of) * traits.multiple_of
    pixels, hole = make_photo(side, side), make_disc(side, side)
    image: NDArray[Any] = pixels if traits.values == "bytes" else to_unit(pixels)
    image.flags.writeable = hole.flags.writeable = False
    return image, hole


@contextmanager
def expect(kind: type[Exception], otherwise: str) -> Iterator[None]:
    """Assert that the block raises `kind`; `otherwise` is the message where it does not."""
    try:
        yield
    except kind:
        return
    raise AssertionError(otherwise)
