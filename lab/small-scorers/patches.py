"""What the pair's picture tower makes of the painted pictures, computed once: its patches, of each picture and of its mirror image."""

import os

import numpy as np
import torch

from networks import PATCHES, WIDTH, pixels
from pictures import Pictures

AT_ONCE = 256
FIRST, A_TURN = 6144, 256
RECORD = 2 * PATCHES * WIDTH * 2  # bytes of a picture


@torch.no_grad()
def seen(tower, pictures):
    """States of the patches, (n, patches, width) in f16."""
    with torch.autocast("cpu", torch.bfloat16):
        parts = [tower(pixels(pictures[at : at + AT_ONCE].copy())).last_hidden_state for at in range(0, len(pictures), AT_ONCE)]
    return torch.cat(parts).half()


class Seen:
    """Patches of the pictures painted so far, (n, 2, patches, width): as they are and mirrored. `file` keeps them for the next part."""

    def __init__(self, stem, tower, file):
        self.store, self.tower, self.file, self.count = Pictures(stem), tower, file, 0
        self.refresh(FIRST)

    def refresh(self, at_least=0):
        """Looks at a few more of the painted pictures, and at so many of them at least."""
        self.store.refresh()
        end = min(self.store.count, max(at_least, self.count + A_TURN))
        kept = os.path.getsize(self.file) // RECORD if os.path.exists(self.file) else 0
        with open(self.file, "ab") as out:
            out.truncate(kept * RECORD)  # cut off while writing
            for at in range(kept, end, AT_ONCE):
                new = self.store.pixels[at : min(at + AT_ONCE, end)]
                out.write(torch.stack([seen(self.tower, new), seen(self.tower, new[:, :, ::-1])], 1).numpy().tobytes())
        if max(kept, end) > self.count:
            self.count = max(kept, end)
            self.patches = np.memmap(self.file, np.float16, "r", shape=(self.count, 2, PATCHES, WIDTH))

    def batch(self, count):
        """Patches of different pictures in f32, half of them mirrored, and the numbers of their captions."""
        chosen = np.random.choice(self.count, count, replace=False)
        return torch.from_numpy(self.patches[chosen, np.random.randint(0, 2, count)]).float(), self.store.numbers[chosen]

    def first(self, count):
        """Patches of the first pictures, not mirrored."""
        return torch.from_numpy(self.patches[:count, 0]).float()
