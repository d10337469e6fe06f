"""Where the texts of a figure stand: for tests that nothing is cut off, overlaid or too small to read."""

import itertools

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.show.layout import STYLE

SMALLEST = 12  # pixels


def written(figure):
    """Return every text of a figure with the rectangle that it fills."""
    canvas = FigureCanvasAgg(figure)
    with rc_context(STYLE):
        canvas.draw()
    beyond = set()  # labels of ticks that matplotlib keeps outside the axes and does not draw
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        beyond |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    return [
        (text, text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in beyond
    ]


def assert_readable(figure):
    """Fail if a text is cut off by the edge of the figure, stands on another, or is too small."""
    boxes = written(figure)
    assert len(boxes) > 3
    for text, box in boxes:
        assert text.get_fontsize() >= SMALLEST, text
        assert box.x0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= figure.bbox.y1 + 1, text
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 1 or down <= 1, (one.get_text(), other.get_text())
