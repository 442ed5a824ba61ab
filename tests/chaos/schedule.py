"""What is done to Renkei and its source, in which order: a pure function of the seed."""
import dataclasses
import random

# Named places where the process kills itself, by the phase in which they are reached.
COPY_POINTS = ("copy_chunk_read", "copy_before_marker", "copy_after_backfill_sync")
STREAM_POINTS = ("hub_after_write", "hub_after_sync", "apply_before_commit", "apply_after_commit", "checkpoint_begin",
                 "checkpoint_end", "transaction_part", "segment_roll")
POINTS = COPY_POINTS + STREAM_POINTS
# How often a point may be passed before it kills, at most.
HITS_MAX = {"copy_chunk_read": 3, "copy_before_marker": 3, "copy_after_backfill_sync": 3, "checkpoint_begin": 1,
            "checkpoint_end": 1, "segment_roll": 2}
OTHER_HITS_MAX = 40


@dataclasses.dataclass
class Step:
    kind: str  # "point" | "kill" | "cut" | "restart_source" | "kill_source"
    point: str = ""
    hit: int = 1
    delay_s: float = 0.0

    def text(self):
        return f"{self.point}:{self.hit}" if self.kind == "point" else f"{self.kind} after {self.delay_s:.2f} s"


@dataclasses.dataclass
class Life:
    """One warehouse from its first copy on: who dies during the copy, what breaks while its rest is copied, then the stream."""
    copy: list
    breaks: Step
    stream: list


def lives(seed, kills, parts=8):
    """The whole plan: so many kills of Renkei, in lives of about 25, and disturbances of the source among them.

    `parts` is how many change sets the big transaction fills.
    """
    hits_max = {**HITS_MAX, "transaction_part": max(1, parts)}

    def point(name):
        return Step("point", name, dice.randint(1, hits_max.get(name, OTHER_HITS_MAX)))

    dice = random.Random(seed)
    count = max(1, round(kills / 25))
    plan = []
    for index in range(count):
        left = kills // count + (1 if index < kills % count else 0)
        copy = [point(name) for name in COPY_POINTS]
        copy.append(Step("kill", delay_s=dice.uniform(0.05, 0.5)))
        copy = copy[:max(1, left // 3)]
        stream = [point(name) for name in dice.sample(STREAM_POINTS, len(STREAM_POINTS))]
        stream = stream[:max(0, left - len(copy))]
        while len(copy) + len(stream) < left:
            stream.append(Step("kill", delay_s=dice.uniform(0.02, 3)))
        for kind, every in (("cut", 5), ("kill_source", 12), ("restart_source", 12)):
            stream += [Step(kind, delay_s=dice.uniform(0.1, 1)) for _ in range(max(1, len(stream) // every))]
        dice.shuffle(copy)
        dice.shuffle(stream)
        breaks = Step(dice.choice(("cut", "kill_source")), delay_s=dice.uniform(0.1, 0.6))
        plan.append(Life(copy, breaks, stream))
    return plan
