import { Dialog } from "@/components/ui/dialog";
import { useKeys } from "@/hooks/use-keys";
import { useT, type TextKey } from "@/i18n/provider";

const SHORTCUTS: readonly { keys: readonly string[]; text: TextKey }[] = [
  { keys: ["/"], text: "shortcuts.focus" },
  { keys: ["1", "…", "9"], text: "shortcuts.cite" },
  { keys: ["J", "K", "→", "←"], text: "shortcuts.nextCite" },
  { keys: ["Esc"], text: "shortcuts.escape" },
  { keys: ["?"], text: "shortcuts.help" },
];

export function Shortcuts({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const t = useT();
  useKeys((key) => {
    if (key !== "?") return false;
    onOpen(true);
    return true;
  });
  if (!open) return null;
  return (
    <Dialog title={t("shortcuts.title")} onClose={() => onOpen(false)}>
      <dl className="divide-y divide-line">
        {SHORTCUTS.map(({ keys, text }) => (
          <div key={text} className="flex items-center justify-between gap-6 py-2.5 text-sm">
            <dt>{t(text)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd key={key} className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-mono text-xs">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
