"""Cells of a calendar: on whole pixels, alike where they say the same, and never cut."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mls_kit.explain.calendar import Cell, DayCells

BLUE, EDGE, INK = "#3366cc", "#333333", "#000000"


def draw(cells, names=(), rows=4, points=9.0, size=(7.13, 2.07)):
    figure = Figure(figsize=size, dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.2, 0.0, 0.8, 1.0))
    axes.set_axis_off()
    shown = DayCells(axes, EDGE, INK)
    shown.fill(cells, names, rows, points)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int), shown, axes.bbox


def inked(pixels):
    """Return first and last row, first and last column of what is not white."""
    rows, columns = (np.flatnonzero((pixels < 250).any(axis=2).any(axis=axis)) for axis in (1, 0))
    return rows[0], rows[-1], columns[0], columns[-1]


@pytest.mark.parametrize("column", [0, 3, 6])
@pytest.mark.parametrize("row", [0, 3])
def test_a_cell_lies_within_its_day_and_its_week(column, row):
    pixels, _, box = draw([Cell(column, row, "1  90′", BLUE, INK)])
    top, bottom, left, right = inked(pixels)
    day, line = box.width / 7, box.height / 4
    assert box.x0 + column * day - 1 < left < right < box.x0 + (column + 1) * day + 1
    assert row * line - 1 < top < bottom < (row + 1) * line + 1
    assert right - left > 0.9 * day
    assert bottom - top > 0.75 * line


def test_cells_that_say_the_same_are_the_same_pixels():
    pixels, _, _ = draw([Cell(column, row, "1  90′", BLUE, INK) for column in range(7) for row in range(4)])
    pieces = []
    for column in range(7):
        for row in range(4):
            alone, _, _ = draw([Cell(column, row, "1  90′", BLUE, INK)])
            top, bottom, left, right = inked(alone)
            pieces.append(pixels[top : bottom + 1, left : right + 1])
    assert {piece.shape for piece in pieces} == {pieces[0].shape}
    assert all((piece == pieces[0]).all() for piece in pieces)


def test_letters_stand_in_the_middle_of_their_box():
    pixels, _, _ = draw([Cell(2, 1, "88888", "white", INK)])
    top, bottom, left, right = inked(pixels)
    inner = pixels[top + 3 : bottom - 2, left + 3 : right - 2]
    above, below, before, after = inked(inner)
    assert abs(above - (inner.shape[0] - 1 - below)) <= 2
    assert abs(before - (inner.shape[1] - 1 - after)) <= 2


def test_a_text_wider_than_its_box_is_shown_whole():
    long = "1+T+C+M+B  105′ and more"
    narrow, _, _ = draw([Cell(3, 1, long, "white", INK)])
    _, _, left, right = inked(narrow)
    box_left, box_right = inked(draw([Cell(3, 1, "", "white", INK)])[0])[2:]
    assert left < box_left
    assert right > box_right


def test_names_stand_left_of_their_rows_and_count_as_taken():
    pixels, shown, box = draw([], ["16 Nov 2026", "23 Nov 2026"])
    _, bottom, left, right = inked(pixels)
    assert right < box.x0
    assert bottom < box.height / 2
    taken = shown.get_window_extent()
    assert taken.x0 - 2 <= left
    assert taken.x1 == box.x1


def test_filled_again_shows_nothing_of_before():
    once, _, _ = draw([Cell(1, 1, "2  60′", BLUE, INK)])
    figure = Figure(figsize=(7.13, 2.07), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.2, 0.0, 0.8, 1.0))
    axes.set_axis_off()
    shown = DayCells(axes, EDGE, INK)
    shown.fill([Cell(5, 0, "4  30′", "red", INK)], ["7 Dec 2026"], 2, 12.0)
    canvas.draw()
    shown.fill([Cell(1, 1, "2  60′", BLUE, INK)], [], 4, 9.0)
    canvas.draw()
    assert (np.asarray(canvas.buffer_rgba())[..., :3] == once).all()
