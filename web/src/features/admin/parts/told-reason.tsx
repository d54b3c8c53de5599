import type { Reason } from "@/api/errors";
import { useLanguage } from "@/i18n/provider";

import { useAdminT } from "../texts";

interface ToldReasonProps {
  /** What went wrong, as the server says it, in English. */
  sentence: string;
  /** Null when the sentence is none of those that have a translation. */
  code: Reason | null;
}

/** Why something failed, in the reader's language; the server's sentence beneath it names the file and the figures. */
export function ToldReason({ sentence, code }: ToldReasonProps) {
  const t = useAdminT();
  const { language } = useLanguage();
  if (language === "en" || code === null) return <>{sentence}</>;
  return (
    <>
      {t(`reason.${code}`)}
      <span lang="en" className="block font-normal text-muted">
        {sentence}
      </span>
    </>
  );
}
