"""Pictures of captions, painted meanwhile by other processes (paint.rs) and read from their pipes."""

import subprocess

import numpy as np

SIDE = 256
RECORD = 4 + SIDE * SIDE * 3


class Painter:
    """Endless pictures of a file of captions. A pipe that nobody reads makes its process wait, so nothing piles up."""

    def __init__(self, binary, captions, seed, processes=1):
        command = lambda first: [binary, captions, str(seed), str(first), str(processes)]
        self.processes = [subprocess.Popen(command(first), stdout=subprocess.PIPE) for first in range(processes)]
        self.turn = 0

    def take(self, count):
        """`count` pictures, (count, 256, 256, 3) bytes, and the numbers of their captions."""
        numbers, pictures = np.empty(count, np.int64), np.empty((count, SIDE, SIDE, 3), np.uint8)
        for at in range(count):
            process = self.processes[self.turn % len(self.processes)]
            record = process.stdout.read(RECORD)
            if len(record) < RECORD:
                raise RuntimeError(f"a painter ended with status {process.wait()}")
            numbers[at] = int.from_bytes(record[:4], "little")
            pictures[at] = np.frombuffer(record, np.uint8, offset=4).reshape(SIDE, SIDE, 3)
            self.turn += 1
        return pictures, numbers

    def close(self):
        for process in self.processes:
            process.stdout.close()
            process.terminate()
            process.wait()
