import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

import { useLayer } from "./layer";

export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Radix.Provider delayDuration={350}>{children}</Radix.Provider>;
}

/** Words beside a control on hover and on keyboard focus. `children` is one element that takes a ref. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  const layer = useLayer();
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 animate-appear rounded-md bg-ink px-2.5 py-1.5 text-[0.8125rem] leading-snug text-paper shadow-lift print:hidden"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
