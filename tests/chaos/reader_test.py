#!/usr/bin/python3
"""The judge of the chaos run can say no: each kind of wrong state is caught, and right ones are not."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from chaos.reader import Reader  # noqa: E402
from chaos.schedule import POINTS, lives  # noqa: E402
from driver import NotAnswered  # noqa: E402


class Scripted:
    """A renkei that answers from a list."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def query(self, _):
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return [[str(value) for value in answer]]


#        total, entries, journal, batch_min, batch_max, parcels, mark
SOUND = (1000, 5, 5, 2, 2, 10, 3)


def failures(*answers):
    reader = Reader(Scripted(answers), total=1000, parcels=10)
    for _ in answers:
        reader._read()
    return reader.failures


class ReaderTest(unittest.TestCase):
    def test_right_states_pass(self):
        self.assertEqual(failures(SOUND, SOUND, (1000, 6, 6, 3, 3, 10, 3)), [])

    def test_each_wrong_state_is_caught(self):
        wrong = {
            "wrong sum": (999, 5, 5, 2, 2, 10, 3),
            "torn transaction": (1000, 5, 4, 2, 2, 10, 3),
            "torn big transaction": (1000, 5, 5, 1, 2, 10, 3),
            "parcels": (1000, 5, 5, 2, 2, 9, 3),
            "step back": (1000, 4, 4, 2, 2, 10, 3),
            "an empty value": ("", 5, 5, 2, 2, 10, 3),
        }
        for words, state in wrong.items():
            found = failures(SOUND, state)
            self.assertEqual(len(found), 1, words)
            self.assertIn(words, found[0])

    def test_only_named_refusals_pass(self):
        copying = NotAnswered("RK7004: the table bank.accounts is being copied")
        down = NotAnswered("RK8001: no renkei is running here")
        self.assertEqual(failures(copying, down, SOUND, down), [])
        self.assertEqual(len(failures(NotAnswered("RK4010: the statement cannot be run"))), 1)
        self.assertEqual(len(failures(NotAnswered("terminate called"))), 1)

    def test_what_was_visible_stays_visible(self):
        self.assertEqual(len(failures(SOUND, NotAnswered("RK7004: the table bank.accounts is being copied"))), 1)


class ScheduleTest(unittest.TestCase):
    def test_plan_is_the_seed_s_and_holds_every_point(self):
        self.assertEqual(lives(7, 200), lives(7, 200))
        self.assertNotEqual(lives(7, 200), lives(8, 200))
        steps = [step for life in lives(7, 200) for step in life.copy + life.stream]
        self.assertEqual(sum(step.kind in ("point", "kill") for step in steps), 200)
        for point in POINTS:
            self.assertGreaterEqual(sum(step.point == point for step in steps), 5, point)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
