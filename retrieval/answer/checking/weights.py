"""Numbers that were fitted, not chosen: `python -m benchmarks.fit_answers` prints them.

Sets: half of the documents of SQuAD 2.0's and CMRC 2018's development sets (both CC BY-SA 4.0), as
`colophon eval-answers` reads them, with multilingual-e5-small. Figures of the other half: decision
0006. The sentences' weights are of an earlier fit on half of 1,400 of these questions.
"""

# Columns of relevance.FEATURES.
SENTENCE_WEIGHTS = (1.51, 2.52, -0.75, 2.65, 4.06, 6.05)
LEXICAL_SENTENCE_WEIGHTS = (4.92, 2.27, -0.99, 2.69, 4.59)
# Columns of signals.SIGNALS.
ANSWER_WEIGHTS = (
    0.615,
    1.388,
    -0.228,
    -2.0,
    -0.199,
    -1.801,
    -0.697,
    -3.414,
    0.133,
    0.032,
    0.405,
    5.136,
    -1.527,
    5.467,
)
ANSWER_BIAS = -10.906
LEXICAL_ANSWER_WEIGHTS = (
    0.542,
    2.163,
    0.342,
    -2.0,
    -0.213,
    -1.586,
    -0.318,
    -3.147,
    0.414,
    -0.58,
    0.352,
)
LEXICAL_ANSWER_BIAS = -4.591
# From the log-odds that the sources answer to those that the shown answer is right.
CONFIDENCE_SLOPE = 0.562
CONFIDENCE_BIAS = 0.24
