import { Cloud, Folder, FolderGit2, Globe, HardDrive, type LucideIcon } from "lucide-react";

import type { Source } from "../api/shapes";
import type { AdminKey } from "../texts";

export type SourceKind = Source["kind"];

interface KindLook {
  icon: LucideIcon;
  name: AdminKey;
  location: AdminKey;
  hint: AdminKey;
  placeholder: string;
  /** What its two credentials are called; null when it takes none. */
  credentials: { username: AdminKey; password: AdminKey } | null;
}

const ACCOUNT = { username: "sources.username", password: "sources.password" } as const;

export const KINDS: Record<SourceKind, KindLook> = {
  folder: {
    icon: Folder,
    name: "sourceKind.folder",
    location: "sources.path",
    hint: "sources.pathHint",
    placeholder: "/srv/documents",
    credentials: null,
  },
  s3: {
    icon: HardDrive,
    name: "sourceKind.s3",
    location: "sources.bucket",
    hint: "sources.bucketHint",
    placeholder: "s3://handbooks/public",
    credentials: { username: "sources.accessKey", password: "sources.secretKey" },
  },
  webdav: {
    icon: Cloud,
    name: "sourceKind.webdav",
    location: "sources.url",
    hint: "sources.webdavHint",
    placeholder: "https://cloud.example.com/remote.php/dav/files/team/",
    credentials: ACCOUNT,
  },
  website: {
    icon: Globe,
    name: "sourceKind.website",
    location: "sources.url",
    hint: "sources.websiteHint",
    placeholder: "https://www.example.com/help/",
    credentials: null,
  },
  git: {
    icon: FolderGit2,
    name: "sourceKind.git",
    location: "sources.url",
    hint: "sources.gitHint",
    placeholder: "https://git.example.com/team/handbook.git",
    credentials: { username: "sources.username", password: "sources.token" },
  },
};

export const KIND_NAMES = Object.keys(KINDS) as SourceKind[];
