import type { Snapshot } from "../api/shapes";
import type { useAdminT } from "../texts";

/** As somebody named it; what Colophon took by itself is named in the reader's language by why it was taken. */
export function snapshotName({ kind, name }: Snapshot, t: ReturnType<typeof useAdminT>): string {
  if (kind === "manual") return name;
  if (kind === "rollback") return t("snapshotName.rollback", { name: name.replace(/^Before going back to /, "") });
  return t(`snapshotName.${kind}`);
}
