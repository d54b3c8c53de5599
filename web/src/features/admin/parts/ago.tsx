import { useFormats } from "@/i18n/provider";

/** How long ago, with the exact time on hover. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const formats = useFormats();
  return (
    <time dateTime={at} title={formats.dateTime(at)} className={className}>
      {formats.ago(at, new Date())}
    </time>
  );
}
