"""Replaces ``inpaint-studio train`` in tests of the window: reports the same events without training.

``python -m tests.session.fake_training train MODEL --name=N --set=pretend=WAY ...``. Ways: ``better`` (the default) and
``worse``, which run until they are stopped; ``late``: as ``better``, but it starts when its stdin is closed;
``done``: ends by itself; ``better-last`` and ``worse-last`` leave the weights of the last step, too; ``features``,
``faulty``: cannot start, or fails. An estimate is 2 s a step, reported at once; with ``silent``,
``torn`` and ``endless`` there is none.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path
from typing import Any

from PIL import Image

LACKING = (  # as training/losses/vgg.py reports it
    "This recipe needs the features of a trained VGG16, and ~/vgg16.pth is not there: get https://a.org/vgg16.pth and "
    "put it there."
)
ROLES = ("original", "hole", "before", "now")


class FakeTraining:
    def __init__(self, arguments: list[str]) -> None:
        values = dict(
            part.removeprefix("--").split("=", 1) for part in arguments if part.startswith("--") and "=" in part
        )
        self.name = values.get("name", "")
        self.way = next((part.rpartition("=")[2] for part in arguments if part.startswith("--set=pretend=")), "better")
        self.without = "--without" in "".join(arguments)
        self.model, self.resumed = arguments[1], "--resume" in arguments
        self.estimates = "--estimate" in arguments
        self.batch = int(values.get("batch", 4))
        self.minutes = float(values["minutes"]) if "minutes" in values else None
        self.folder = Path(os.environ["INPAINT_STUDIO_DATA"]) / "training" / self.name
        self.step, self.best, self.paused = 0, 20.0, False
        self.stdin: Any = sys.stdin

    def run(self) -> int:
        if self.way == "features" and not self.without:
            failure = {"event": "failed", "reason": LACKING, "code": "missing_features"}
            print(json.dumps(failure), flush=True)
            print(f"inpaint-studio: {LACKING}", file=sys.stderr)
            return 2
        if self.estimates:
            return self.estimate()
        if self.way == "late":
            sys.stdin.read()
        self.begin()
        while not (end := self.read_commands()):
            if not self.paused:
                self.advance()
            if self.way == "done" and self.step >= 20:
                end = "done"
            if self.way == "faulty" and self.step >= 5:
                self.report("failed", reason="None of the photos can be read any more; is the folder still there?")
                return 2
            if end:
                break
        self.sample(self.best)
        better = self.best > 20
        facts = {"name": self.name if better else None, "step": self.step, "best_step": 3 if better else 0}
        if self.way.endswith("last"):
            facts["last"] = str(self.folder / "last.safetensors")
        if better:
            facts |= {"others_before": {"psnr": 19.0}, "others": {"psnr": 18.9}}
        self.report(end, **facts, before={"psnr": 20.0}, best=self.best)
        return 0

    def estimate(self) -> int:
        facts = {"seconds_per_step": 2.0, "batch": self.batch, "photos": 7, "overhead_seconds": 20.0}
        if self.way == "torn":
            facts |= {"seconds_per_step": 0.0}
        line = json.dumps({"event": "estimate", "size": 256, "held_out": 1, "device": "cpu", **facts})
        print('{"event": "note", "text": "x"}', "" if self.way == "silent" else line, sep="\n", flush=True)
        while self.way == "endless":
            select.select([], [], [])
        return 0

    def begin(self) -> None:
        (self.folder / "samples").mkdir(parents=True, exist_ok=True)
        record = {"pid": os.getpid(), "command": sys.argv, "model": self.model, "name": self.name, "begun": 1.0}
        (self.folder / "run.json").write_text(json.dumps(record))
        (self.folder / "checkpoint.pt").touch()
        self.log = (self.folder / "events.jsonl").open("a" if self.resumed else "w")
        facts: dict[str, Any] = {
            "model": self.model,
            "base": f"{self.model}-own",
            "photos": 7,
            "held_out": 2,
            "step": 0,
        }
        self.report("started", size=64, batch=2, device="cpu", steps=None, minutes=self.minutes, **facts)
        self.report("best", step=0, figures={"psnr": 20.0}, before={"psnr": 20.0})
        self.sample(20.0)

    def advance(self) -> None:
        self.step += 1
        losses = {"critic": 1.0, "reconstruction": 1 / self.step, "adversarial": -0.1}
        left = None if self.minutes is None else 60 * self.minutes - self.step
        self.report("progress", step=self.step, steps=None, seconds=float(self.step), seconds_left=left, losses=losses)
        if not self.way.startswith("worse") and self.step == 3:
            self.best = 21.5
            self.report("best", step=3, figures={"psnr": 21.5}, before={"psnr": 20.0})

    def sample(self, psnr: float) -> None:
        rows = []
        for number in (1, 2):
            row = {role: str(self.folder / "samples" / f"{number:02d}-{role}.png") for role in ROLES}
            for value, path in enumerate(row.values()):
                Image.new("RGB", (64, 64), (60 * value, 40 * number, 99)).save(path)
            rows.append(row)
        self.report("sample", step=self.step, paths=rows, figures={"psnr": psnr})

    def read_commands(self) -> str:
        """Return the kind of the last event, after a command that ends the training."""
        commands = []
        if self.stdin is not None and select.select([self.stdin], [], [], 0.01)[0]:
            line = self.stdin.readline()
            commands.append(line.strip())
            self.stdin = self.stdin if line else None
        elif self.stdin is None:
            select.select([], [], [], 0.01)
        file = self.folder / "commands"
        if file.is_file():
            commands += file.read_text().split()
            file.unlink()
        for command in commands:
            if command in ("pause", "resume"):
                self.paused = command == "pause"
                self.report("paused" if self.paused else "resumed", step=self.step)
            if command == "sample":
                self.sample(21.0)
        return "stopped" if "stop" in commands else ""

    def report(self, event: str, **facts: Any) -> None:
        line = json.dumps({"event": event, **facts}) + "\n"
        self.log.write(line)
        self.log.flush()
        try:
            sys.stdout.write(line)
            sys.stdout.flush()
        except OSError:  # the window is gone
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115


if __name__ == "__main__":
    sys.exit(FakeTraining(sys.argv[1:]).run())
