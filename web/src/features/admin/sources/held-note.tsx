import { TriangleAlert } from "lucide-react";

import { Button } from "@/components/ui/button";

import type { Source } from "../api/shapes";
import { useAdminT } from "../texts";

interface HeldNoteProps {
  source: Source;
  held: number;
  onReport: () => void;
  onRemove: () => void;
}

/** The brake: so many documents have gone that somebody has to look before anything is removed. */
export function HeldNote({ source, held, onReport, onRemove }: HeldNoteProps) {
  const t = useAdminT();
  return (
    <div role="note" className="w-full rounded-md bg-warn-soft px-3.5 py-3 text-sm">
      <p className="flex items-start gap-2 font-medium text-warn">
        <TriangleAlert aria-hidden className="mt-[0.2em] size-4 shrink-0" />
        {t("held.title", { count: held })}
      </p>
      <p className="mt-1 max-w-prose pl-6 text-muted">{t("held.text", { percent: Math.round(source.brake_share * 100) })}</p>
      <div className="mt-2.5 flex flex-wrap gap-2 pl-6">
        <Button size="small" onClick={onReport}>
          {t("held.which")}
        </Button>
        <Button size="small" look="danger" onClick={onRemove}>
          {t("held.remove")}
        </Button>
      </div>
    </div>
  );
}
