import type { SameKeys } from "../../texts";
import type { en } from "./en";

export const zhCN: SameKeys<typeof en> = {
  "policy.title": "回答",
  "policy.lead": "模型写出的每一句话，都会与它所依据的段落比对。",
  "policy.checking": "来源不支持的句子",
  "policy.strict": "不显示",
  "policy.strictHint": "读者只看到来源里有的内容，并知道有几句未显示。一般选这一项。",
  "policy.marked": "加标记后显示",
  "policy.markedHint": "每句都加下划线并注明“来源中没有依据”，网页、复制的文字和接口中都一样。只适合会自行核对的读者。",
  "policy.leaving": "文字能否离开本地",
  "policy.stays": "绝不离开",
  "policy.staysHint": "无论多忙，向这个知识库提出的问题都只由您自己的语言模型回答。一般选这一项。",
  "policy.mayLeave": "您自己的模型没有空时可以离开",
  "policy.mayLeaveHint":
    "这时，问题、找到的段落及其文档标题会发送给设置中指定的第二个模型，它可能属于别的公司。每一次都记入审计日志。如果问题同时查询绝不离开的知识库，或读取附加的文件，就不会离开。",
  "policy.threshold": "来源要有多大把握",
  "policy.thresholdHint": "把握低于此值时，回答为“未找到”。调高：错误回答更少，被拒绝的问题更多。一般为 {usual}。",
  "policy.usual": "恢复一般值",
  "policy.effect": "对标准问题的影响",
  "policy.answerable": "有答案的 {count} 个标准问题中：回答 {answered} 个，误拒 {refused} 个。",
  "policy.unanswerable": "应当拒绝的 {count} 个中：拒绝 {refused} 个，误答 {answered} 个。",
  "policy.wronglyRefused": "有答案却被拒绝",
  "policy.wronglyAnswered": "应当拒绝却被回答",
  "policy.unmeasured": "标准问题建立后还没有提问过，影响尚不清楚。",
  "policy.noGolden": "还没有带答案的标准问题。在“质量”中添加后，这里会显示阈值对它们的影响。",
  "policy.measure": "现在提问",
  "policy.measuredAt": "提问于 {when}",
  "policy.save": "保存回答设置",
  "policy.saved": "已保存。从现在起按此方式回答。",
};
