import type { ReactNode } from "react";

/** A named value of a `<dl>`. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col justify-between">
      <dt className="text-[0.8125rem] text-faint">{name}</dt>
      <dd className="figures text-sm [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
