"""Figures about the next sitting: the chance of passing under several plans, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mls_kit.explain.figure import MODEL, Chart, assuming
from mls_kit.explain.marks import ROW, picture, picture_name, share_row, share_scale
from mls_kit.html import percent, render
from mls_kit.score_model import AssumptionGrid, PreparedGrid, ScoreModel, forecast


def wrong_worlds(
    model: ScoreModel, worlds: Mapping[str, Mapping[str, Any]], grid: AssumptionGrid, score: float, hours: float
) -> Chart:
    """Draw what would come of a chance that the model says, in worlds where it is wrong; a row a world.

    ``worlds``: name -> the assumptions that hold there; ``grid``: the alternatives that the band is taken over; ``score``: a
    failing one, ratings are left out; ``hours`` of study until the next attempt, by exam weight.
    """
    said = float(forecast(model, [score], hours).chance[0])
    band = PreparedGrid(model, score, None, grid).bands([hours * model.shares])[0]
    true = {name: float(forecast(model.under(**changes), [score], hours).chance[0]) for name, changes in worlds.items()}
    table = pd.DataFrame({"true chance": true}).rename_axis("if the model is wrong").sort_values("true chance")
    table["in the band"] = table["true chance"].between(band.low, band.high)
    table["in the light bar"] = table["true chance"].between(band.minimum, band.maximum)
    rows = len(table)
    plots = []
    for name, chance in table["true chance"].items():
        plot = share_row(str(name), percent(chance))
        plot.bar(band.minimum, band.maximum, 0.2, plot.height - 0.2, "shade4")
        plot.bar(band.low, band.high, 0.2, plot.height - 0.2, "shade3")
        plot.line((said, said), (0, plot.height), "thick")
        plot.dot(chance, ROW)
        plots.append(plot)
    note = f"Line: the model's chance, {percent(said)}. Dot: the true chance in this case. Dark: the band. Light: all assumptions."
    scale = share_scale(f"chance after {hours:g} hours (model)")
    drawn = picture(picture_name(), "Chances of passing where the model is wrong", [*plots, scale], note)
    found = f"the true chance is inside the light bar in {table['in the light bar'].sum()} of {rows} cases"
    assumed = assuming(model, "forms", "cut", "ability", "learning")
    values = {"said": said, "band": band, "chances": table["true chance"].to_dict(), "found": found, "assumed": assumed}
    words = str(render(MODEL, "worlds", score=score, hours=hours, **values))
    caption = f"After a score of {score:g} and {hours:g} hours of study, {found} (model)."
    return Chart(drawn, words, table, caption)
