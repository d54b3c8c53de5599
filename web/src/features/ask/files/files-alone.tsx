import { cn } from "@/components/ui/class-names";
import { useT } from "@/i18n/provider";

import type { FileDrafts } from "./use-file-drafts";

/** Whether the knowledge bases are searched, too. */
export function FilesAlone({ files }: { files: FileDrafts }) {
  const t = useT();
  return (
    <button
      type="button"
      aria-pressed={files.alone}
      onClick={() => files.setAlone(!files.alone)}
      className={cn(
        "h-8 shrink-0 rounded-full border px-3 text-sm transition-colors",
        files.alone ? "border-accent bg-accent-soft font-medium text-accent" : "border-line-strong/60 text-muted hover:border-line-strong hover:text-ink",
      )}
    >
      {t("files.alone")}
    </button>
  );
}
