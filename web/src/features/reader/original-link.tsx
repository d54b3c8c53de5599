import { Download } from "lucide-react";

import { Tooltip } from "@/components/ui/tooltip";
import { useT } from "@/i18n/provider";

export function OriginalLink({ documentId }: { documentId: string }) {
  const t = useT();
  return (
    <Tooltip text={t("reader.download")}>
      <a
        href={`/api/v1/documents/${encodeURIComponent(documentId)}/original`}
        download
        aria-label={t("reader.download")}
        className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink [&_svg]:size-4"
      >
        <Download aria-hidden />
      </a>
    </Tooltip>
  );
}
