"""Where lines of writing and drawn rules are in a picture: arithmetic on pixels."""

import cv2
import numpy as np

from ingestion.parsing.ocr.regions import quads_in
from ingestion.parsing.ocr.rules import drawn_rules, length_of


def test_a_core_grows_to_the_line_around_it() -> None:
    odds = np.zeros((100, 200), np.float32)
    odds[40:50, 20:120] = 0.9
    (quad,) = quads_in(odds, 400, 200)  # of a picture twice as wide and high
    # 100 by 10 pixels grow by 1.6 x area / girth, 7.3 on each side; twice that in the picture.
    assert abs(quad[0] - (26, 66)).max() <= 3
    assert abs(quad[2] - (253, 114)).max() <= 4


def test_what_is_faint_or_a_dot_is_no_line() -> None:
    odds = np.zeros((100, 200), np.float32)
    odds[10:20, 20:120] = 0.4
    odds[60:62, 60:62] = 0.9
    assert quads_in(odds, 200, 100).shape == (0, 4, 2)


def test_corners_go_clockwise_from_the_upper_left_one_on_a_slanting_line() -> None:
    odds = np.zeros((200, 200), np.float32)
    corners = np.array([[20, 60], [160, 90], [158, 104], [18, 74]], np.int32)
    cv2.fillPoly(odds, [corners], (0.9,))
    (quad,) = quads_in(odds, 200, 200)
    assert np.linalg.norm(quad - corners, axis=1).min() >= 8
    assert np.linalg.norm(quad - corners, axis=1).max() <= 20
    assert quad[0][1] < quad[1][1] < quad[2][1]


def table(*, askew: float = 0.0) -> np.ndarray:
    """Black rules at 100, 200 and 300, the first below a shaded row."""
    picture = np.full((400, 800, 3), 255, np.uint8)
    picture[20:100, 50:750] = (222, 173, 140)
    picture[[100, 200, 300], 50:750] = 0
    turn = cv2.getRotationMatrix2D((400, 200), askew, 1)
    return cv2.warpAffine(picture, turn, (800, 400), borderValue=(255, 255, 255))


def test_a_rule_on_the_edge_of_a_shaded_row_is_found() -> None:
    rules = drawn_rules(table())
    assert [round(rule.level) for rule in rules.across] == [100, 200, 300]


def test_rules_are_longest_where_a_picture_lies_straight() -> None:
    assert length_of(drawn_rules(table())) > length_of(drawn_rules(table(askew=1.5)))
