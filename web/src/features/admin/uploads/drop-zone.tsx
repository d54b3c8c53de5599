import { Upload } from "lucide-react";
import { useEffect, useState } from "react";

import { useAdminT } from "../texts";
import { useUploadQueue } from "./upload-context";

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** Takes files dropped anywhere on the page, and says so while they hover. */
export function DropZone({ knowledgeBaseId, name }: { knowledgeBaseId: string; name: string }) {
  const t = useAdminT();
  const queue = useUploadQueue();
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    let depth = 0; // Entering a child fires before leaving its parent.
    const onEnter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setHovering(true);
    };
    const onLeave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setHovering(false);
    };
    const onOver = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setHovering(false);
      const { files, folders } = sorted(event.dataTransfer);
      for (const folder of folders) queue.refuse(knowledgeBaseId, folder, t("upload.folder"));
      queue.add(knowledgeBaseId, files);
    };
    window.addEventListener("dragenter", onEnter);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("dragover", onOver);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragenter", onEnter);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("drop", onDrop);
    };
  }, [knowledgeBaseId, queue, t]);
  if (!hovering) return null;
  return (
    <div className="pointer-events-none fixed inset-3 z-40 flex animate-appear flex-col items-center justify-center gap-3 rounded-xl border-2 border-dashed border-accent bg-paper/90">
      <Upload aria-hidden className="size-8 text-accent" />
      <p className="text-lg font-medium">{t("upload.dropInto", { name })}</p>
    </div>
  );
}

/** A browser hands a dropped folder over as a file that cannot be read; its entry tells them apart. */
function sorted(transfer: DataTransfer): { files: File[]; folders: string[] } {
  const files: File[] = [];
  const folders: string[] = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) folders.push(entry.name);
    else if (file) files.push(file);
  }
  return { files, folders };
}
