"""Keeps `unstructured` from looking for a language model. The one place that knows of it.

`unstructured` 0.27 loads the spaCy package `en_core_web_sm` and, where that is missing, downloads
it from GitHub at the first parse of any format. It asks the model whether a text holds a verb, to
tell prose from titles; the formats that we read through it say themselves what a heading is.
"""

import spacy
from spacy.language import Language
from unstructured.nlp import tokenize


def use_rules_only() -> None:
    """Tokens and sentences come from rules, which are made now. Call before the first partition.

    Over the 30 documents of such formats that we test with, the blocks are the same as with the
    model, and 872 pages of Word take 6 s instead of 19.
    """
    tokenize._load_spacy_model = _english_rules
    tokenize.sent_tokenize("Made ready.")


def _english_rules() -> Language:
    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    return language
