import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { useT } from "@/i18n/provider";

import { IconButton } from "./button";

const SHOWN_MS = 2000;

/** Copies `text`; its label says when that has happened. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? t("common.copied") : (label ?? t("common.copy"))}
      icon={copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    />
  );
}
