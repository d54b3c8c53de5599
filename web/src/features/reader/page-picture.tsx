import { memo, useState } from "react";

import type { Box, PageSize } from "@/api/types";
import { Button } from "@/components/ui/button";
import { useT } from "@/i18n/provider";

import { pageAddress, WIDTHS } from "./api/get-pages";

/** Units of the page by which a mark is larger than its line. */
const MARGIN = 1;
const NO_BOXES: readonly Box[] = [];

interface PagePictureProps {
  documentId: string;
  version: number;
  page: number;
  size: PageSize;
  /** Whether it is worth fetching now. What was fetched stays. */
  near: boolean;
  boxes: readonly Box[] | undefined;
}

/** One page as the server draws it, as wide as there is room, with the cited lines marked. */
export const PagePicture = memo(function PagePicture({ documentId, version, page, size, near, boxes = NO_BOXES }: PagePictureProps) {
  const t = useT();
  const [state, setState] = useState<"waiting" | "drawn" | "failed">("waiting");
  const address = (width: number) => pageAddress(documentId, version, page, width);
  const part = (length: number, whole: number) => `${(100 * length) / whole}%`;
  return (
    <li
      data-page={page}
      className="relative scroll-mt-28 lg:scroll-mt-16 overflow-hidden rounded-xs bg-sheet shadow-[0_0_0_1px_var(--line)]"
      style={{ aspectRatio: `${size.width} / ${size.height}` }}
    >
      {state !== "drawn" && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 bg-sunken p-6 text-center text-sm text-muted">
          {state === "failed" ? <p>{t("reader.pageFailed", { page })}</p> : <p className="figures">{t("reader.page", { page })}</p>}
          {state === "failed" && (
            <Button size="small" onClick={() => setState("waiting")}>
              {t("reader.pageAgain")}
            </Button>
          )}
        </div>
      )}
      {(near || state === "drawn") && state !== "failed" && (
        <img
          src={address(WIDTHS[1])}
          srcSet={WIDTHS.map((width) => `${address(width)} ${width}w`).join(", ")}
          sizes="(min-width: 64rem) min(44vw, 46rem), 100vw"
          alt={t("reader.page", { page })}
          decoding="async"
          onLoad={() => setState("drawn")}
          onError={() => setState("failed")}
          className="absolute inset-0 size-full"
        />
      )}
      {boxes.map((box) => (
        <span
          key={`${box.left} ${box.top}`}
          data-line
          aria-hidden
          className="absolute rounded-xs bg-line-mark mix-blend-multiply"
          style={{
            left: part(box.left - MARGIN, size.width),
            top: part(box.top - MARGIN, size.height),
            width: part(box.right - box.left + 2 * MARGIN, size.width),
            height: part(box.bottom - box.top + 2 * MARGIN, size.height),
          }}
        />
      ))}
    </li>
  );
});
