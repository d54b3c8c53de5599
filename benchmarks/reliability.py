"""A picture of told chances against what was right, as plain SVG."""

from collections.abc import Mapping

from retrieval.evaluation.answer_measures import Calibration

SIDE, MARGIN = 320, 48
COLOURS = ("#1f5fbf", "#b3541e", "#2f7d4f", "#7a3e9d", "#8a6d00")
FONT = 'font-family="system-ui, sans-serif" font-size="12" fill="#444"'


def reliability_svg(plots: Mapping[str, Calibration]) -> str:
    """One line a set; the larger a dot, the more answers. On the diagonal, what is told is true."""
    width, height = SIDE + 2 * MARGIN, SIDE + 2 * MARGIN + 18 * len(plots)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Confidence that was told, and share of answers that were right</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<path d="M{_at(0, 0)} L{_at(1, 1)}" stroke="#bbb" stroke-dasharray="4 4"/>',
        f'<path d="M{_at(0, 1)} L{_at(0, 0)} L{_at(1, 0)}" fill="none" stroke="#888"/>',
        f'<text x="{MARGIN}" y="{MARGIN - 14}" {FONT}>share that was right</text>',
        f'<text x="{MARGIN + SIDE}" y="{MARGIN + SIDE + 34}" text-anchor="end" {FONT}>'
        "confidence that was told</text>",
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = _at(tick, tick).split(" ")
        below, beside = MARGIN + SIDE + 16, MARGIN - 8
        parts.append(f'<text x="{x}" y="{below}" text-anchor="middle" {FONT}>{tick}</text>')
        parts.append(f'<text x="{beside}" y="{y}" text-anchor="end" {FONT}>{tick}</text>')
    for row, (name, plot) in enumerate(plots.items()):
        parts += _drawn(name, plot, COLOURS[row % len(COLOURS)], row)
    return "\n".join([*parts, "</svg>", ""])


def _drawn(name: str, plot: Calibration, colour: str, row: int) -> list[str]:
    most = max((each.count for each in plot.bins), default=1)
    line = " L".join(_at(each.chance, each.right) for each in plot.bins)
    dots = []
    for each in plot.bins:
        x, y = _at(each.chance, each.right).split(" ")
        radius = 2 + 5 * (each.count / most) ** 0.5
        dots.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}"/>')
    y = MARGIN + SIDE + 54 + 18 * row
    label = f"{name}: calibration error {plot.error:.3f}"
    return [
        f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
        *dots,
        f'<circle cx="{MARGIN}" cy="{y - 4}" r="4" fill="{colour}"/>',
        f'<text x="{MARGIN + 10}" y="{y}" {FONT}>{label}</text>',
    ]


def _at(x: float, y: float) -> str:
    return f"{MARGIN + SIDE * x:.1f} {MARGIN + SIDE * (1 - y):.1f}"
