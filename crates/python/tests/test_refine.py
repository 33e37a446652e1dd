"""Refining towards pictures and by losses of one's own."""

import numpy as np
import pytest

import linocut

START = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 48"><path fill="#faf0dc" d="M0 0h64v48H0"/><path fill="#c04040" d="M20 12h20v24H20"/></svg>'


def towards(target):
    """Mean squared error and its gradient."""

    def loss(picture):
        assert picture.shape == target.shape and picture.dtype == np.float32
        off = picture - target
        return float((off**2).mean()), 2 * off / off.size

    return loss


def test_a_picture_is_approached(picture):
    refined = linocut.refine(START, picture, side=64, steps=60, max_bytes=400)
    assert refined.after < 0.8 * refined.before and refined.svg.byte_count <= 400 and refined.steps == 60


def test_a_loss_of_ones_own_does_what_the_built_in_one_does(picture):
    own = linocut.refine(START, towards(picture / np.float32(255)), side=64, steps=40, max_bytes=400)
    built_in = linocut.refine(START, picture, side=64, steps=40, search=0, max_bytes=400)
    assert own.before == pytest.approx(built_in.before, rel=1e-4) and own.after == pytest.approx(built_in.after, rel=0.05)


@pytest.fixture
def torch():
    """Torch, which is no part of what the package or its tests need."""
    return pytest.importorskip("torch", reason="torch is not installed")


def test_a_torch_loss_is_taken_as_it_is(picture, torch):
    target = torch.from_numpy(picture.transpose(2, 0, 1) / np.float32(255))
    mse = linocut.refine(START, lambda image: ((image - target) ** 2).mean(), arrays="torch", side=64, steps=40, max_bytes=400)
    own = linocut.refine(START, towards(picture / np.float32(255)), side=64, steps=40, max_bytes=400)
    assert mse.svg == own.svg and mse.after == pytest.approx(own.after, rel=1e-5)


def test_a_torch_network_is_a_loss_and_keeps_its_gradients_to_itself(picture, torch):
    """As a perceptual loss is used: what a network sees in the drawing should be what it sees in the picture."""
    torch.manual_seed(0)
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.AvgPool2d(2), torch.nn.Conv2d(8, 8, 3, padding=1)
    )
    wanted = network(torch.from_numpy(picture.transpose(2, 0, 1) / np.float32(255)).unsqueeze(0)).detach()
    seen = []

    def loss(image):
        seen.append((tuple(image.shape), image.dtype, image.requires_grad, float(image.detach().amax())))
        return torch.nn.functional.mse_loss(network(image.unsqueeze(0)), wanted)

    # Outside of this thread's modes: the loss is asked for in another one.
    with torch.inference_mode():
        refined = linocut.refine(START, loss, arrays="torch", side=64, steps=40, max_bytes=400)
    assert refined.after < 0.9 * refined.before and refined.svg.byte_count <= 400 and linocut.check(refined.svg) == []
    assert {told[:3] for told in seen} == {((3, 48, 64), torch.float32, True)} and 0.5 < seen[0][3] <= 1
    assert all(weights.grad is None for weights in network.parameters())


def test_a_torch_loss_may_be_of_another_precision_and_shape(picture, torch):
    target = torch.from_numpy(picture.transpose(2, 0, 1).astype(np.float64) / 255)
    one = linocut.refine(START, lambda image: ((image.double() - target) ** 2).mean().reshape(1, 1), arrays="torch", side=64, steps=20, max_bytes=400)
    assert one.after < one.before


def bad_torch_losses():
    def raises(_):
        raise LookupError("no such picture")

    return {
        "a picture": (lambda torch, image: image, TypeError, "no scalar tensor"),
        "a number": (lambda torch, image: 1.0, TypeError, "no scalar tensor"),
        "an array": (lambda torch, image: np.zeros(1), TypeError, "no scalar tensor"),
        "what does not depend on the picture": (lambda torch, image: torch.tensor(1.0), ValueError, "does not depend on the picture"),
        "a constant with a gradient": (lambda torch, image: torch.ones(1, requires_grad=True).sum(), ValueError, "does not depend on the picture"),
        "whole numbers": (lambda torch, image: (image * 9).long().sum(), ValueError, "does not depend on the picture"),
        "not a number": (lambda torch, image: image.sum() * float("nan"), linocut.RefineError, "not finite"),
        "a gradient that is not finite": (lambda torch, image: (image - image).abs().sqrt().sum(), linocut.RefineError, "not finite"),
        "a picture that is written to": (lambda torch, image: image.clamp_(0, 0.5).sum(), RuntimeError, "in-place"),
        "what raises": (lambda torch, image: raises(image), LookupError, "no such picture"),
    }


@pytest.mark.parametrize(("loss", "expected", "says"), bad_torch_losses().values(), ids=bad_torch_losses().keys())
def test_what_is_no_torch_loss_is_refused(torch, loss, expected, says):
    with pytest.raises(expected, match=says):
        linocut.refine(START, lambda image: loss(torch, image), arrays="torch", side=64, steps=5)


def test_what_a_loss_raises_is_raised():
    class Tired(Exception):
        pass

    def tired(_):
        raise Tired("enough")

    with pytest.raises(Tired, match="enough"):
        linocut.refine(START, tired, side=64)


@pytest.mark.parametrize(
    ("told", "expected", "says"),
    [
        (3.0, TypeError, "no pair"),
        ((1.0,), TypeError, "no pair"),
        ((1.0, np.zeros((2, 2))), ValueError, "gradient of shape"),
        (("much", np.zeros((48, 64, 3))), ValueError, "could not convert"),
        ((float("nan"), np.zeros((48, 64, 3))), linocut.RefineError, "not finite"),
        ((1.0, np.full((48, 64, 3), np.nan)), linocut.RefineError, "not finite"),
        ((1.0, "slope"), ValueError, "could not convert"),
    ],
)
def test_what_is_no_loss_is_refused(told, expected, says):
    with pytest.raises(expected, match=says):
        linocut.refine(START, lambda _: told, side=64, steps=5)
