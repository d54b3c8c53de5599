"""Vectors of questions in which likeness is likeness of subject, in both languages alike."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from retrieval.ports import Embedder
from retrieval.text.language import Language, language_of
from retrieval.types import Vector

# Questions as they are asked at work, each about something else: what all questions of a language
# have in common. Taken away, an embedder's cosines begin at 0, whichever embedder it is.
ORDINARY: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "How do I submit an expense report?",
        "Who approves a business trip?",
        "What is the password policy?",
        "When is the office closed?",
        "What are the working hours?",
        "Which form do I need for a refund?",
        "Where is the meeting room on the second floor?",
        "How do I order office supplies?",
        "What is the warranty of this product?",
        "Who is responsible for data protection?",
        "How long are invoices kept?",
        "What must I do in case of a fire?",
        "How do I install the software?",
        "Which temperature must the storage room have?",
        "What is the delivery time for spare parts?",
        "How many people work in the sales team?",
        "What does the error code on the display mean?",
        "Can I work from another country?",
        "Which supplier delivers the packaging?",
        "How is the machine maintained?",
        "When does the contract with the customer end?",
        "What is the difference between the two models?",
        "Where do I find the template for an offer?",
    ),
    "zh": (
        "怎么提交报销单？",
        "出差由谁审批？",
        "密码有什么要求？",
        "办公室什么时候关门？",
        "上班时间是几点？",
        "退款需要填哪张表？",
        "二楼的会议室在哪里？",
        "怎么申领办公用品？",
        "这个产品的质保期是多长？",
        "谁负责数据保护？",
        "发票要保存多久？",
        "发生火灾时应该怎么做？",
        "软件怎么安装？",
        "仓库的温度要求是多少？",
        "备件的交货期是多少天？",
        "销售部有多少人？",
        "屏幕上的错误代码是什么意思？",
        "可以在国外远程办公吗？",
        "包装由哪家供应商提供？",
        "设备怎么保养？",
        "和客户的合同什么时候到期？",
        "两个型号有什么区别？",
        "报价单模板在哪里？",
    ),
}


def subjects(questions: Sequence[str], embedder: Embedder) -> Vector:
    """(len(questions), dim) float32 unit vectors without what their language's questions share.

    Source: Mu and Viswanath, "All-but-the-Top", ICLR 2018, of which only the mean pays here: the
    questions of a language differ from those of the other by a shift.
    Raises: Unavailable, Overloaded.
    """
    shared = {
        language: np.mean([embedder.embed_question(each) for each in ordinary], axis=0)
        for language, ordinary in ORDINARY.items()
    }
    rows = [embedder.embed_question(each) - shared[language_of(each)] for each in questions]
    vectors = np.array(rows, dtype=np.float32).reshape(len(rows), embedder.identity.dimension)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)
