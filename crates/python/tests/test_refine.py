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


def test_a_torch_loss_is_taken_as_it_is(picture):
    torch = pytest.importorskip("torch")
    target = torch.from_numpy(picture.transpose(2, 0, 1) / np.float32(255))
    mse = linocut.refine(START, lambda image: ((image - target) ** 2).mean(), arrays="torch", side=64, steps=40, max_bytes=400)
    own = linocut.refine(START, towards(picture / np.float32(255)), side=64, steps=40, max_bytes=400)
    assert mse.svg == own.svg
    with pytest.raises(TypeError, match="no scalar tensor"):
        linocut.refine(START, lambda image: image, arrays="torch", side=64)


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
