"""What a view's picture shows, read back from its SVG."""

from bs4 import BeautifulSoup


def rows_of(view):
    """Its rows: name, drawing, what is said."""
    rows = BeautifulSoup(view.picture.value, "html.parser").select(".row")
    return {row.find("span").get_text(): (row.svg, row.find_all("span")[-1].get_text()) for row in rows}


def ends(svg, look):
    """From where to where each bar of this look reaches, and each line, or where a dot is, in parts of the width."""
    found = []
    for mark in svg.select(f"rect.{look}, circle.{look}, line.{look}"):
        if mark.name == "rect":
            x, width = (float(mark[name].rstrip("%")) / 100 for name in ("x", "width"))
            found.append((x, x + width))
        else:
            names = ("cx", "cx") if mark.name == "circle" else ("x1", "x2")
            found.append(tuple(float(mark[name].rstrip("%")) / 100 for name in names))
    return found
