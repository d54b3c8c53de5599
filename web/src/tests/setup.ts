import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// jsdom has no layout, so it lacks what depends on one.
window.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as MediaQueryList;
Element.prototype.scrollIntoView = () => undefined;

afterEach(cleanup);
