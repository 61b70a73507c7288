"""The label maps in WebDataset shards: a member KEY.labels.png beside the photo of each sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from inpaint_studio.engine.photo.label_map import read_label_map
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.texts import tr
from training.data.tar_index import LABELS, ShardSample, read_samples
from training.labels.class_list import read_class_list
from training.labels.map_folder import MapFolder, SeenMap, join_classes

MOST = 256  # samples whose maps are looked at before the training begins
_MOST_SEARCHED = 20_000  # samples among which maps are searched


def find_shard_maps(folder: Path, shards: Sequence[Path]) -> MapFolder:
    """Return the classes of the label maps in the shards of `folder`, by the first 256 of them; it lists no files.

    A photo without a map is left out when it is read. Raises InputError where there is no usable map, and for a broken
    list of classes in the folder.
    """
    listed = read_class_list(folder)
    seen: list[SeenMap] = []
    fault = tr("A sample needs a PNG called KEY.{labels} beside its photo.", labels=LABELS)
    for sample in _labelled(shards):
        name = sample.labels[0] if sample.labels else ""
        try:
            seen.append(SeenMap.of(read_label_map(sample.read_labels(), None, name), name))
        except (PhotoError, InputError) as error:
            fault = str(error)
        if len(seen) == MOST:
            break
    if not seen:
        raise InputError(
            tr("There is no usable label map in the shards of {folder}. {fault}", folder=folder, fault=fault)
        )
    classes, named = join_classes(listed, seen, folder)
    return MapFolder({}, classes, named, "")


def _labelled(shards: Sequence[Path]) -> Iterator[ShardSample]:
    """Yield the first samples that have a label map."""
    number = 0
    for shard in shards:
        for sample in read_samples(shard):
            number += 1
            if number > _MOST_SEARCHED:
                return
            if sample.labels is not None:
                yield sample
