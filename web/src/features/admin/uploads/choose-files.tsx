import { Upload } from "lucide-react";
import { useRef } from "react";

import { Button } from "@/components/ui/button";

import { useAdminT } from "../texts";
import { useUploadQueue } from "./upload-context";

export function ChooseFiles({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const queue = useUploadQueue();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("upload.choose")}
        onChange={(event) => {
          queue.add(knowledgeBaseId, [...(event.target.files ?? [])]);
          event.target.value = ""; // so that the same file can be chosen again
        }}
      />
      <Button look="primary" onClick={() => input.current?.click()}>
        <Upload aria-hidden className="size-4" />
        {t("upload.choose")}
      </Button>
    </>
  );
}
