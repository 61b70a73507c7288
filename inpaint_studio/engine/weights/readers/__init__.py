"""Weights files of every format, as tensors by name.

A file is hostile until parsed. Its format is detected by its content, never by its name; nothing in it is ever called
or run, and nothing is written. Every size in it is compared with the file's real size before memory is reserved.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from inpaint_studio.engine.weights.readers.byte_source import DAMAGED, UnusableFile
from inpaint_studio.errors import WeightsError
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    import torch


def read(path: Path) -> dict[str, torch.Tensor]:
    """Read all tensors of a weights file by name; names in nested containers are joined by '.'.

    Examples: 'G.conv1.weight', 'state_dict.main.0.weight'. TensorFlow's names stay as they are
    ('inpaint_net/conv1/kernel'). Torch7's tables are numbered from 1 ('model.modules.3.running_mean'), and the buffers
    of a module's last run are left out. Of a Lightning checkpoint only `state_dict` is read. Any file of a TensorFlow
    checkpoint, or its folder, gives the whole checkpoint. A zip with one weights file in it gives that file.

    The tensors are contiguous, finite, on the CPU, of real numbers, and no two share memory; together they have 4 GiB
    at most. Raises WeightsError with one sentence.
    """
    name = _printable_name(path)
    try:
        return _read(Path(path))
    except UnusableFile as fault:
        raise WeightsError(tr("{name} {what}.", name=name, what=fault)) from fault.__cause__
    except FileNotFoundError:
        raise WeightsError(tr("There is no file {name}; check the name.", name=name)) from None
    except PermissionError:
        raise WeightsError(tr("{name} may not be read; ask its owner for permission.", name=name)) from None
    except OSError as error:
        raise WeightsError(
            tr(
                "{name} cannot be read ({reason}); check the name and the disk.",
                name=name,
                reason=error.strerror or error,
            )
        ) from None
    except RecursionError:
        raise WeightsError(
            tr("{name} is nested too deeply for a weights file; look for another one.", name=name)
        ) from None
    except MemoryError:
        raise WeightsError(
            tr("{name} needs more memory than there is; close other programs and try again.", name=name)
        ) from None
    except Exception as error:  # a hostile file makes parsers raise anything from struct.error to AttributeError
        raise WeightsError(tr("{name} {what}.", name=name, what=tr(DAMAGED))) from error


def _read(path: Path) -> dict[str, torch.Tensor]:
    facts = path.stat()
    from inpaint_studio.engine.weights.readers.sniff import read_file, read_folder

    if stat.S_ISDIR(facts.st_mode):
        return read_folder(path)
    if not stat.S_ISREG(facts.st_mode):
        raise UnusableFile(tr("is not a file; choose a weights file"))
    if facts.st_size == 0:
        raise UnusableFile(tr("is empty (0 bytes); download it again"))
    return read_file(path)


def _printable_name(path: Path) -> str:
    """Return the file's name for a sentence: one line, 80 characters at most."""
    name = Path(path).name or str(path)
    name = "".join(letter if letter.isprintable() else "?" for letter in name)
    return name if len(name) <= 80 else f"{name[:50]}...{name[-25:]}"
