import { useEffect, useState, type RefObject } from "react";

/** Milliseconds that a page must stay near before it is fetched: who scrolls past wants none of it. */
const SETTLES_AFTER = 120;

interface PagesInView {
  /** Those that are seen or nearly seen, from 1. */
  near: ReadonlySet<number>;
  /** The one in the upper middle of what is seen. */
  current: number;
}

/** Watches all elements with `data-page` below `body`, which are there when `count` is known. */
export function usePagesInView(body: RefObject<HTMLElement | null>, count: number): PagesInView {
  const [near, setNear] = useState<ReadonlySet<number>>(new Set());
  const [current, setCurrent] = useState(1);
  useEffect(() => {
    if (!body.current) return;
    const root = scrollerOf(body.current);
    const close = new Set<number>();
    let settling = 0;
    const nearby = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) close.add(pageOf(target));
          else close.delete(pageOf(target));
        }
        clearTimeout(settling);
        settling = window.setTimeout(() => setNear(new Set(close)), SETTLES_AFTER);
      },
      { root, rootMargin: "75% 0px" },
    );
    const reached = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) if (isIntersecting) setCurrent(pageOf(target));
      },
      { root, rootMargin: "-40% 0px -60% 0px" },
    );
    for (const page of body.current.querySelectorAll("[data-page]")) {
      nearby.observe(page);
      reached.observe(page);
    }
    return () => {
      clearTimeout(settling);
      nearby.disconnect();
      reached.disconnect();
    };
  }, [body, count]);
  return { near, current };
}

function pageOf(element: Element): number {
  return Number(element.getAttribute("data-page"));
}

/** The element that scrolls it; null for the window. */
function scrollerOf(element: Element): Element | null {
  let parent = element.parentElement;
  while (parent && !/auto|scroll/.test(getComputedStyle(parent).overflowY)) parent = parent.parentElement;
  return parent === document.documentElement || parent === document.body ? null : parent;
}
