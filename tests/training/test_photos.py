"""Folders of photos, whatever they hold, as crops to train on."""

from __future__ import annotations

import os
import shutil
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio.engine.photo.photo import open_photo, read_pixels
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError
from inpaint_studio.opencv import cv2
from tests.synthetic import photo
from training.data import crops as crops_module
from training.data import photos
from training.data.crops import CropDataset, CropMaker
from training.data.masks import Mixture
from training.data.photo_pixels import PhotoPixels
from training.data.thumbnails import Thumbnails


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine photos of several kinds, and files that are not usable photos."""
    home = tmp_path / "photos"
    (home / "inner" / "deeper").mkdir(parents=True)
    (home / ".hidden").mkdir()
    for number in range(6):
        Image.fromarray(photo(90 + 8 * number, 140)).save(home / f"{number}.jpg", quality=92)
    Image.fromarray(photo(100, 100)).convert("L").save(home / "inner" / "grey.png")
    Image.fromarray(np.dstack([photo(80, 99), np.full((80, 99), 128, np.uint8)])).save(home / "inner" / "clear.png")
    Image.fromarray(photo(70, 128)).save(home / "inner" / "deeper" / "UPPER.WEBP")
    Image.fromarray(photo(100, 100)).save(home / ".hidden" / "x.png")
    (home / "broken.jpg").write_bytes((home / "0.jpg").read_bytes()[:60])
    (home / "empty.png").touch()
    Image.fromarray(photo(20, 300)).save(home / "tiny.png")
    (home / "notes.txt").write_text("not a photo")
    return home


def test_a_survey_finds_usable_photos_and_explains_the_others(folder):
    found = photos.survey(folder)
    assert len(found.photos) == 9
    assert {path.name for path, _ in found.skipped} == {"broken.jpg", "empty.png", "tiny.png"}
    assert all(reason.endswith(".") for _, reason in found.skipped)
    assert found.photos == photos.survey(folder).photos


def test_a_survey_follows_no_links_in_circles(folder):
    (folder / "inner" / "again").symlink_to(folder, target_is_directory=True)
    assert len(photos.survey(folder).photos) == 9


def test_a_survey_can_be_cancelled(folder):
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        photos.survey(folder, ticket)


def test_no_folder_and_no_photo_are_errors(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        photos.survey(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no usable photo"):
        photos.split([], tmp_path)


def test_photos_are_divided_in_a_stable_way(folder):
    found = photos.survey(folder).photos
    parts = photos.split(found, folder)
    assert sorted(parts.training + parts.held_out) == found
    assert len(parts.held_out) == 1
    assert "few" in parts.note
    assert photos.split(found[::-1], folder).held_out == parts.held_out
    moved = folder.with_name("elsewhere")
    shutil.copytree(folder, moved)
    again = photos.split(photos.survey(moved).photos, moved)
    assert [path.name for path in again.held_out] == [path.name for path in parts.held_out]


def test_one_photo_is_both_trained_on_and_held_out(folder):
    only = photos.survey(folder).photos[:1]
    parts = photos.split(only, folder)
    assert parts.training == parts.held_out == only
    assert "one photo" in parts.note


def crops(folder: Path, cache: Path | None = None, **how) -> photos.PhotoCrops:
    return photos.PhotoCrops(photos.survey(folder).photos, 48, cache, **how)


def test_a_crop_is_the_same_every_time(folder, tmp_path):
    one, other = crops(folder, tmp_path / "cache"), crops(folder)
    for number in (0, 5, 23):
        for a, b in zip(one[number][:2], one[number][:2], strict=True):
            assert a is b or torch.equal(a, b)
        image, hole, guides = other[number]
        assert image.shape == (3, 48, 48)
        assert image.dtype == torch.uint8
        assert hole.shape == (1, 48, 48)
        assert hole.any()
        assert guides == {}
    assert not torch.equal(one[0][0], one[9][0])


@pytest.mark.parametrize("kind", ["hand", "canny"])
def test_crops_have_lines_where_requested(folder, kind):
    lines = crops(folder, sketches=kind)[3].guides["sketch"]
    assert lines.shape == (1, 48, 48)
    assert lines.dtype == torch.bool


def test_every_photo_is_used_once_an_epoch(folder):
    photo_crops = crops(folder)
    taken = []
    photo_crops._thumbnails = type("Spy", (), {"get": lambda _, path: taken.append(path) or photo(64, 64)})()
    for number in range(18):
        photo_crops[number]
    assert sorted(taken[:9]) == sorted(taken[9:]) == photo_crops.photos
    assert taken[:9] != taken[9:]


def test_photos_that_the_camera_rotated_are_upright(tmp_path):
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:, 60:] = 255
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif)
    thumbnail = Thumbnails(None, 80).get(tmp_path / "turned.jpg")
    assert thumbnail.shape == (120, 80, 3)
    assert thumbnail[100:].mean() > 200 > 50 > thumbnail[:20].mean()


def test_colours_change_a_little_and_half_are_mirrored():
    image = photo(64, 64).astype(int)
    mirrored = 0
    for seed in range(40):
        made = crops_module.augment(np.random.default_rng(seed), image.astype(np.uint8))[0].astype(int)
        either = [np.abs(made - side).mean() for side in (image, image[:, ::-1])]
        mirrored += either[1] < either[0]
        assert 0.1 < min(either) < 30
    assert 10 <= mirrored <= 30


def test_large_jpegs_are_decoded_smaller_with_the_same_content(tmp_path):
    Image.fromarray(cv2.resize(photo(60, 90), (1800, 1200), interpolation=cv2.INTER_CUBIC)).save(tmp_path / "x.jpg")
    whole = open_photo(tmp_path / "x.jpg").pixels
    least = read_pixels(tmp_path / "x.jpg", "x.jpg", 200)
    assert min(least.shape[:2]) == 300
    expected = cv2.resize(whole, (300, 200), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(Thumbnails(None, 200).get(tmp_path / "x.jpg") - expected).mean() < 2


def test_batches_are_the_same_from_any_number_and_with_workers(folder):
    photo_crops = crops(folder)
    all_of_them = list(islice(photos.load_batches(photo_crops, 2), 6))
    later = list(islice(photos.load_batches(photo_crops, 2, start=3), 3))
    elsewhere = list(islice(photos.load_batches(photo_crops, 2, start=3, workers=1), 3))
    for one, two, three in zip(all_of_them[3:], later, elsewhere, strict=True):
        assert torch.equal(one.image, two.image)
        assert torch.equal(one.image, three.image)
        assert torch.equal(one.hole, three.hole)
    image = all_of_them[0].image
    assert 0 <= image.min() <= image.max() <= 1
    assert image.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(image[1], photo_crops[1][0].float() / 255)


def test_batches_do_not_change_the_random_state_of_the_training(folder):
    before = torch.get_rng_state()
    next(photos.load_batches(crops(folder), 2, start=3))
    assert torch.equal(torch.get_rng_state(), before)


def test_several_processes_share_the_batches_of_one(folder):
    photo_crops = crops(folder)
    whole = next(photos.load_batches(photo_crops, 4, start=2))
    parts = [next(photos.load_batches(photo_crops, 2, start=2, rank=rank, processes=2)) for rank in range(2)]
    assert torch.equal(torch.cat([part.image for part in parts]), whole.image)


def test_a_photo_that_is_deleted_while_training_is_replaced_by_another(folder):
    photo_crops = crops(folder)
    for path in photo_crops.photos[:4]:
        path.unlink()
    for number in range(9):
        photo_crops[number]
    assert photo_crops.unreadable >= 4
    shutil.rmtree(folder)
    again = photos.PhotoCrops(photo_crops.photos, 48, None)
    with pytest.raises(InputError, match="None of the photos"):
        again[0]


def test_workers_count_unreadable_photos_and_pass_errors_on_as_sentences(folder):
    photo_crops = crops(folder)
    photo_crops.photos[0].unlink()
    stream = photos.load_batches(photo_crops, 9, workers=1)
    next(stream)
    assert photo_crops.unreadable >= 1
    stream.close()
    shutil.rmtree(folder)
    with pytest.raises(InputError) as error:
        next(photos.load_batches(photos.PhotoCrops(photo_crops.photos, 48, None), 2, workers=1))
    assert str(error.value) == "None of the photos can be read any more; is the folder still there?"


def test_a_folder_of_photos_is_opened(folder):
    source = photos.open_folder(folder)
    parts = photos.split(photos.survey(folder).photos, folder)
    assert (source.training_count, source.held_count, source.skipped) == (8, 1, 3)
    assert source.identity == 8
    assert source.counted == "8"
    assert "few" in source.note
    held = source.held_out(48, None, Mixture())
    assert torch.equal(held.image, photos.held_out(parts.held_out, 48, None, Mixture(), folder=folder).image)
    expected = photos.PhotoCrops(parts.training, 48, None, seed=5)
    assert torch.equal(source.crops(48, None, Mixture(), seed=5)[3].image, expected[3].image)


def test_thumbnails_are_decoded_once(folder, tmp_path, monkeypatch):
    path = folder / "3.jpg"
    first = Thumbnails(tmp_path / "cache", 64).get(path)
    assert min(first.shape[:2]) == 64
    without = Thumbnails(None, 64).get(path)
    monkeypatch.setattr("training.data.thumbnails.read_pixels", lambda *_: pytest.fail("decoded again"))
    second = Thumbnails(tmp_path / "cache", 64).get(path)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, without)


def test_a_changed_photo_is_decoded_again(folder, tmp_path):
    path = folder / "3.jpg"
    Thumbnails(tmp_path / "cache", 64).get(path)
    Image.fromarray(np.full((90, 90, 3), 7, np.uint8)).save(path)
    os.utime(path, ns=(1, 1))
    assert Thumbnails(tmp_path / "cache", 64).get(path).max() < 20


def test_a_cache_that_cannot_be_written_is_not_needed(folder, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    thumbnails = Thumbnails(blocked / "cache", 64)
    assert min(thumbnails.get(folder / "2.jpg").shape[:2]) == 64
    assert min(thumbnails.get(folder / "4.jpg").shape[:2]) == 64


def test_held_out_crops_are_always_the_same(folder):
    found = photos.survey(folder).photos
    one, two = (photos.held_out(found, 48, None, Mixture(), count=4) for _ in range(2))
    assert one.image.shape == (4, 3, 48, 48)
    assert torch.equal(one.image, two.image)
    assert torch.equal(one.hole, two.hole)


class PolicyInError(CropDataset):
    """Crops that cannot be read; the message is the wait policy that the process has."""

    def photo(self, number: int) -> PhotoPixels:
        del number
        raise InputError(os.environ.get("OMP_WAIT_POLICY", "unset"))


def test_threads_of_workers_sleep_while_they_wait():
    crops = PolicyInError()
    crops.seed, crops.maker = 0, CropMaker(48)
    with pytest.raises(InputError, match="PASSIVE"):
        next(photos.load_batches(crops, 1, workers=1))
