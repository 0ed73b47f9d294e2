"""What the steps of a walk look like, and the lots that it draws."""

import random


class Steps:
    # What is said.
    words = ()

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.steps, self.labels = [], 0

    def drawn(self, weights):
        """The method of one of these names, drawn as often as its weight says."""
        return getattr(self, self.draw.choices(list(weights), weights.values())[0])

    def step(self, verb, what, by=None, **more):
        self.steps.append(f"  - {verb}: {what}")
        if by not in (None, "peer"):
            self.steps.append(f"    by: {by}")
        self.steps.extend(f"    {key}: {value}" for key, value in more.items())

    def label(self):
        self.labels += 1
        return f"m{self.labels}"

    def text(self):
        return f"{self.draw.choice(self.words)} {self.draw.randrange(1000)}"
