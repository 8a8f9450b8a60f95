import numpy as np
import pytest

from mls_kit.score_model.convolution import align, convolve, rests, tail_weights, transform_matrix


def parts(rng, sizes):
    return [rng.random((3, n)) for n in sizes]


def test_convolution_row_by_row():
    a, b = parts(np.random.default_rng(1), (4, 7))
    expected = [np.convolve(x, y) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(convolve(a, b), expected)
    np.testing.assert_allclose(convolve(b, a), expected)


@pytest.mark.parametrize("sizes", [(3,), (2, 5), (3, 2, 4), (2, 3, 4, 2, 3, 2)])
def test_each_part_with_all_others_is_the_whole(sizes):
    given = parts(np.random.default_rng(2), sizes)
    whole = given[0]
    for part in given[1:]:
        whole = convolve(whole, part)
    for total in range(whole.shape[1]):
        for part, rest in zip(given, rests(given, 0, [(total, 1.0)]), strict=True):
            np.testing.assert_allclose((part * rest).sum(axis=1), whole[:, total])
        halved = rests(given, 5, [(total + 5, 0.5)])
        np.testing.assert_allclose((given[0] * halved[0]).sum(axis=1), 0.5 * whole[:, total])


def test_align_weighs_totals_and_leaves_out_what_cannot_be():
    turned = align(np.array([[1.0, 2.0, 3.0]]), 3, 4, [(5, 0.5), (9, 1.0)])
    np.testing.assert_allclose(turned, [[0.5 * 2, 0.5 * 1, 0]])


@pytest.mark.parametrize("length", [1, 2, 3, 8, 51, 66])
def test_tail_sums_from_the_transform(length):
    f = np.random.default_rng(length).dirichlet(np.ones(length))
    for cut in range(length + 1):
        found = (f @ transform_matrix(length) @ tail_weights(length, cut)).real
        assert found == pytest.approx(f[cut:].sum(), abs=1e-13)
