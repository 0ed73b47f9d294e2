"""The walks of the corpus are what their seeds draw."""

import pathlib
import unittest

import generate


class Corpus(unittest.TestCase):
    def test_the_walks_of_the_corpus_are_those_that_are_drawn(self):
        drawn = dict(generate.walks())
        there = {str(path.relative_to(generate.SCENARIOS)): path for path in generate.SCENARIOS.glob("*/walks/*.yaml")}
        self.assertEqual(sorted(there), sorted(drawn), "run tests/walks/generate.py")
        for name, text in drawn.items():
            self.assertEqual(there[name].read_text(), text, f"{name}: run tests/walks/generate.py")


if __name__ == "__main__":
    unittest.main()
