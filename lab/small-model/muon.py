"""Muon (Jordan et al. 2024): gradient descent with momentum whose step for a matrix of weights is made orthogonal.

A step in which all directions weigh the same learns more from a small batch than Adam's does. It is scaled as Liu et al. (2025,
"Muon is scalable for LLM training") do, so that rates for AdamW fit. A kernel of a convolution counts as a matrix with a row for each
output. `torch.optim.Muon` takes no kernels.
"""

import torch

ROUNDS = 5
FIRST, THIRD, FIFTH = 3.4445, -4.7750, 2.0315  # of the polynomial that takes singular values near 1


def orthogonal(matrix):
    """The nearest matrix whose singular values are all about 1 (0.6 to 1.2), by Newton-Schulz steps in bf16."""
    x = matrix.bfloat16()
    turned = x.shape[0] > x.shape[1]
    x = x.T if turned else x
    x = x / (x.norm() + 1e-7)
    for _ in range(ROUNDS):
        square = x @ x.T
        x = FIRST * x + (THIRD * square + FIFTH * (square @ square)) @ x
    return (x.T if turned else x).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """For weights of two dimensions or more; its state is one moment, `exp_avg`."""

    def __init__(self, params, lr, momentum=0.95, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if "exp_avg" not in self.state[p]:
                    self.state[p]["exp_avg"] = torch.zeros_like(p)
                moment = self.state[p]["exp_avg"]
                moment.mul_(group["momentum"]).add_(p.grad)
                ahead = (p.grad + group["momentum"] * moment).flatten(1)
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(orthogonal(ahead).view_as(p), alpha=-0.2 * max(ahead.shape) ** 0.5 * group["lr"])
