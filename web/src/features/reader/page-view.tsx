/** The pages of a document below each other, scrolled to the first marked line. */
import { useEffect, useRef, type ReactNode } from "react";

import type { PageSize } from "@/api/types";
import { useT } from "@/i18n/provider";

import type { BoxesByPage } from "./page-boxes";
import { PageNumber } from "./page-number";
import { PagePicture } from "./page-picture";
import { usePagesInView } from "./use-pages-in-view";

interface PageViewProps {
  documentId: string;
  version: number;
  sizes: readonly PageSize[];
  boxes: BoxesByPage;
  /** Makes the bar above, with the number of the page that is seen. */
  bar: (pageNumber: ReactNode) => ReactNode;
}

export function PageView({ documentId, version, sizes, boxes, bar }: PageViewProps) {
  const t = useT();
  const body = useRef<HTMLOListElement>(null);
  const { near, current } = usePagesInView(body, sizes.length);
  useEffect(() => {
    const line = body.current?.querySelector("[data-line]");
    line?.scrollIntoView({ block: "center" });
  }, [boxes]);
  const goTo = (page: number) => body.current?.children[page - 1]?.scrollIntoView({ block: "start" });
  return (
    <>
      {bar(<PageNumber current={current} total={sizes.length} onGo={goTo} />)}
      <ol ref={body} aria-label={t("reader.pages")} className="space-y-4">
        {sizes.map((size, index) => (
          <PagePicture
            key={index}
            documentId={documentId}
            version={version}
            page={index + 1}
            size={size}
            near={near.has(index + 1)}
            boxes={boxes.get(index + 1)}
          />
        ))}
      </ol>
    </>
  );
}
