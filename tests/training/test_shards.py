"""WebDataset shards, whole and hostile, as photos to train on."""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio.errors import InputError
from inpaint_studio.opencv import cv2
from tests.synthetic import photo
from training.data import photos, shards, tar_index
from training.data.masks import Mixture

SIZE = 48  # px


def make_image(number: int, kind: str = "JPEG", side: int = 72) -> bytes:
    """A photo whose red and green encode its number, below 100."""
    pixels = np.full((side, side + 8, 3), 90, np.uint8)
    pixels[..., :2] = 20 + 20 * (number % 10), 20 + 20 * (number // 10)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return data.getvalue()


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four shards of twelve samples each, numbered through."""
    home = tmp_path / "shards"
    home.mkdir()
    for shard in range(4):
        with tarfile.open(home / f"train-{shard:04}.tar", "w") as tar:
            for number in range(12 * shard, 12 * shard + 12):
                kind = ("JPEG", "PNG", "WEBP")[number % 3]
                add(tar, f"in/{number:03}.{ {'JPEG': 'JPG'}.get(kind, kind).lower() }", make_image(number, kind))
                add(tar, f"in/{number:03}.json", b"{}")
    return home


def open_shards(folder: Path) -> shards.ShardFolder:
    source = photos.open_folder(folder)
    assert isinstance(source, shards.ShardFolder)
    return source


def numbers(image: torch.Tensor) -> list[int]:
    """The numbers of the photos in a batch that is not augmented."""
    digits = ((255 * image.mean(dim=(2, 3)) - 20) / 20).round().int()
    return (digits[:, 0] + 10 * digits[:, 1]).tolist()


def plain(source: shards.ShardFolder, seed: int = 0) -> shards.ShardCrops:
    """Crops that are not augmented, so that their colours encode the photo."""
    crops = source.crops(SIZE, None, Mixture(), seed=seed)
    crops.maker = shards.CropMaker(SIZE, augment=False)
    return crops


def epoch(source: shards.ShardFolder, which: int = 0, seed: int = 0) -> list[int]:
    crops, length = plain(source, seed), source.training_count
    return numbers(torch.stack([crops[length * which + place][0] / 255 for place in range(length)]))


def test_a_folder_of_shards_is_opened(folder):
    source = open_shards(folder)
    assert source.training_count + source.held_count == 48
    assert 1 <= source.held_count <= 12
    assert source.exact
    assert source.counted == str(source.training_count)
    assert source.skipped == 0
    assert source.note == ""
    assert photos.survey(folder).shards == source.shards
    assert source.identity == open_shards(folder).identity


def test_every_sample_is_used_once_an_epoch_and_held_out_ones_never(folder):
    source = open_shards(folder)
    held = set(numbers(source.held_out(SIZE, None, Mixture(), count=64).image))
    assert len(held) == source.held_count
    one, two = epoch(source), epoch(source, 1)
    assert sorted(one) == sorted(two) == sorted(set(range(48)) - held)
    assert one != two
    assert one != sorted(one)
    assert one != epoch(source, seed=1)


def test_held_out_samples_stay_the_same_in_another_place_and_under_other_names(folder, tmp_path):
    before = open_shards(folder)
    shutil.copytree(folder, tmp_path / "elsewhere")
    for shard in sorted((tmp_path / "elsewhere").iterdir()):
        shard.rename(shard.with_name("x" + shard.name.upper()))
    after = open_shards(tmp_path / "elsewhere")
    assert [sample.key for sample in after.held] == [sample.key for sample in before.held]
    held, again = (source.held_out(SIZE, None, Mixture()) for source in (before, after))
    assert torch.equal(held.image, again.image)
    assert torch.equal(held.hole, again.hole)


def test_the_same_key_in_another_shard_is_held_out_too(folder):
    key = open_shards(folder).held[0].key
    with tarfile.open(folder / "train-9999.tar", "w") as tar:
        add(tar, f"{key}.png", make_image(99, "PNG"))
        add(tar, "in/new.png", make_image(98, "PNG"))
    seen = epoch(open_shards(folder))
    assert 98 in seen
    assert 99 not in seen


def test_a_crop_is_the_same_at_any_time(folder):
    source = open_shards(folder)
    one, other = (source.crops(SIZE, None, Mixture(), "hand", seed=3) for _ in range(2))
    expected = {number: one[number] for number in (0, 7, 44, 95, 200)}
    for number in (200, 7, 95, 0, 44, 7):
        for a, b in zip(other[number][:2], expected[number][:2], strict=True):
            assert torch.equal(a, b)
        assert torch.equal(other[number].guides["sketch"], expected[number].guides["sketch"])
    image, hole, guides = expected[0]
    assert image.shape == (3, SIZE, SIZE)
    assert image.dtype == torch.uint8
    assert hole.shape == guides["sketch"].shape == (1, SIZE, SIZE)
    assert hole.any()


def test_batches_continue_from_any_number_and_are_the_same_with_workers(folder):
    crops = open_shards(folder).crops(SIZE, None, Mixture())
    whole = list(islice(photos.load_batches(crops, 8), 14))  # more than two epochs
    later = list(islice(photos.load_batches(crops, 8, start=11), 3))
    elsewhere = list(islice(photos.load_batches(crops, 8, start=11, workers=2), 3))
    for one, two, three in zip(whole[11:], later, elsewhere, strict=True):
        assert torch.equal(one.image, two.image)
        assert torch.equal(one.image, three.image)
        assert torch.equal(one.hole, three.hole)


def test_resuming_reads_no_image_before_its_batch(folder, monkeypatch):
    crops = open_shards(folder).crops(SIZE, None, Mixture())
    read = []
    original = tar_index.ShardSample.read
    monkeypatch.setattr(tar_index.ShardSample, "read", lambda sample: read.append(sample) or original(sample))
    next(photos.load_batches(crops, 2, start=400))
    assert len(read) == 2


def test_processes_get_different_samples_and_together_those_of_one(folder):
    source = open_shards(folder)
    count = source.training_count // 6
    parts = [list(islice(photos.load_batches(plain(source), 3, rank=rank, processes=2), count)) for rank in range(2)]
    seen = [{number for batch in part for number in numbers(batch.image)} for part in parts]
    assert len(seen[0]) == len(seen[1]) == 3 * count
    assert not seen[0] & seen[1]
    whole = list(islice(photos.load_batches(plain(source), 6), count))
    assert torch.equal(torch.cat([part[1].image for part in parts]), whole[1].image)


def test_broken_samples_are_replaced_and_counted(folder):
    with tarfile.open(folder / "train-0001.tar", "w") as tar:
        add(tar, "broken.jpg", make_image(60)[:200])
        add(tar, "none.png", b"not a picture at all")
        add(tar, "empty.png", b"")
        add(tar, "tiny.png", make_image(61, "PNG", side=40))
        add(tar, "whole.png", make_image(62, "PNG"))
        add(tar, "bomb.png", huge_png())
        add(tar, "wrong.jpg", b"%!PS-Adobe-3.0\n")
    source = open_shards(folder)
    crops = plain(source)
    seen = numbers(torch.stack([crops[number][0] / 255 for number in range(source.training_count)]))
    assert 62 in seen
    assert {60, 61} & set(seen) == set()
    assert crops.unreadable >= 4


def huge_png() -> bytes:
    """A PNG whose header has a hundred thousand pixels a side."""
    data = bytearray(make_image(63, "PNG"))
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    return bytes(data)


def test_names_in_a_shard_are_never_used_as_paths(folder, tmp_path):
    with tarfile.open(folder / "train-0000.tar", "w") as tar:
        add(tar, "../../escape.png", make_image(70, "PNG"))
        add(tar, str(tmp_path / "absolute.png"), make_image(71, "PNG"))
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        hard = tarfile.TarInfo("hard.png")
        hard.type, hard.linkname = tarfile.LNKTYPE, "../../escape.png"
        tar.addfile(hard)
        add(tar, "pipe:echo x.png", make_image(72, "PNG"))
        add(tar, "bad\udcff.png", make_image(73, "PNG"))
    before = sorted(tmp_path.rglob("*"))
    found = list(tar_index.read_samples(folder / "train-0000.tar"))
    assert len(found) == 4
    source = open_shards(folder)
    held = set(numbers(source.held_out(SIZE, None, Mixture(), count=64).image))
    assert {70, 71, 72, 73} <= set(epoch(source)) | held
    assert sorted(tmp_path.rglob("*")) == before


def test_a_shard_that_is_cut_off_is_used_up_to_there(folder):
    shard = folder / "train-0002.tar"
    data = shard.read_bytes()
    shard.write_bytes(data[: len(data) // 2 + 100])
    problems: list[str] = []
    found = list(tar_index.read_samples(shard, problems))
    assert 4 <= len(found) < 12
    assert len(problems) == 1
    source = open_shards(folder)
    assert "train-0002.tar is cut off" in source.note
    assert source.skipped >= 1
    assert set(epoch(source)) <= set(range(48))


def set_size(header: bytearray, size: int) -> bytes:
    """A tar header with this size, in base 256, and a correct checksum."""
    header[124:136] = size.to_bytes(12, "big", signed=True) if size < 0 else b"\x80" + size.to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return bytes(header)


@pytest.mark.parametrize("size", [-512 * 40, -(1 << 60), 1 << 62])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_sizes_in_a_header_are_not_trusted(folder, size, kind):
    shard = folder / "train-0003.tar"
    data = shard.read_bytes()
    member = tarfile.TarInfo("evil.jpg")
    member.type = kind
    evil = set_size(bytearray(member.tobuf(tarfile.GNU_FORMAT)), size)
    end = len(data.rstrip(b"\0")) // 512 * 512 + 512
    shard.write_bytes(data[:end] + evil + data[end:])
    found = list(tar_index.read_samples(shard))
    assert 12 <= len(found) <= 13
    assert photos.open_folder(folder).held_out(SIZE, None, Mixture()).image.isfinite().all()


def test_a_damaged_header_is_a_problem(folder):
    shard = folder / "train-0003.tar"
    data = bytearray(shard.read_bytes())
    place = [sample.start for sample in tar_index.read_samples(shard)][6] - 512
    data[place : place + 512] = b"\xa5" * 512
    shard.write_bytes(bytes(data))
    problems: list[str] = []
    assert len(list(tar_index.read_samples(shard, problems))) == 6
    assert len(problems) == 1


def test_a_folder_without_photos_is_an_error(folder, tmp_path):
    for shard in folder.iterdir():
        shard.write_bytes(b"no tar file")
    with pytest.raises(InputError, match=r"no usable photo in the shards.*damaged"):
        photos.open_folder(folder)
    for number, shard in enumerate(folder.iterdir()):
        with tarfile.open(shard, "w:gz" if number else "w"):
            pass
    with pytest.raises(InputError, match="no usable photo"):
        photos.open_folder(folder)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(InputError, match="no usable photo"):
        photos.open_folder(tmp_path / "nothing")


def test_shards_that_are_deleted_while_training_are_an_error(folder):
    crops = open_shards(folder).crops(SIZE, None, Mixture())
    crops[0]
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="shards"):
        list(map(crops.__getitem__, range(1, 600)))
    with pytest.raises(InputError, match="shards"):
        crops[601]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_few_samples_are_divided_too(folder, count):
    for shard in folder.iterdir():
        shard.unlink()
    with tarfile.open(folder / "one.tar", "w") as tar:
        for number in range(count):
            add(tar, f"{number}.png", make_image(number, "PNG"))
    source = open_shards(folder)
    assert source.note
    assert source.held_count == 1
    assert source.training_count == max(1, count - 1)
    assert len(set(epoch(source))) == source.training_count
    assert len(source.held_out(SIZE, None, Mixture()).image) == 16


def test_only_the_first_shards_are_searched(folder, monkeypatch):
    monkeypatch.setattr(shards, "_MOST_SEARCHED", 14)
    walked = []
    original = shards.read_samples
    monkeypatch.setattr(shards, "read_samples", lambda shard, *more: walked.append(shard) or original(shard, *more))
    source = open_shards(folder)
    assert {shard.name for shard in walked} == {"train-0000.tar", "train-0001.tar"}
    assert not source.exact
    assert 30 <= source.training_count <= 70
    assert source.counted.startswith("about ")


def test_photo_files_come_first(folder):
    Image.fromarray(photo(80, 80)).save(folder / "loose.png")
    source = photos.open_folder(folder)
    assert isinstance(source, photos.PhotoFolder)
    assert "tar files" in source.note


def test_the_error_for_a_missing_library_names_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "webdataset", None)
    with pytest.raises(InputError, match=r"inpaint-studio\[cluster\]"):
        photos.open_folder(folder)


def test_an_image_in_a_shard_is_upright(folder):
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:, 60:] = 255
    exif, data = Image.Exif(), io.BytesIO()
    exif[274] = 6
    Image.fromarray(pixels).save(data, "JPEG", exif=exif)
    with tarfile.open(folder / "turned.tar", "w") as tar:
        add(tar, "turned.jpg", data.getvalue())
    (sample,) = tar_index.read_samples(folder / "turned.tar")
    upright = sample.pixels(2 * SIZE)
    assert upright.shape == (120, 80, 3)
    assert upright[100:].mean() > 200 > 50 > upright[:20].mean()


def test_workers_leave_the_processor_to_the_training(folder):
    before = cv2.getNumThreads()
    next(photos.load_batches(open_shards(folder).crops(SIZE, None, Mixture()), 2))
    assert cv2.getNumThreads() == before
