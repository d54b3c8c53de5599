import { render } from "@testing-library/react";
import { expect, test } from "vitest";

import { WholeTerms } from "./whole-terms";

test("a part number is kept whole, an ordinary word with a hyphen may break, and the text stays the same", () => {
  const { container } = render(<WholeTerms text="Is PX-1180-B a built-in part of the LV-410？" />);
  expect(container.textContent).toBe("Is PX-1180-B a built-in part of the LV-410？");
  expect([...container.querySelectorAll("span")].map(({ textContent }) => textContent)).toEqual(["PX-1180-B", "LV-410"]);
});
