import { createContext, useContext } from "react";

/** The dialog one is in: menus and tooltips must open inside it, because the browser draws a modal dialog above all else. */
export const LayerContext = createContext<HTMLElement | null>(null);

export function useLayer(): HTMLElement | null {
  return useContext(LayerContext);
}
