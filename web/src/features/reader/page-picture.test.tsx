import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { LanguageProvider } from "@/i18n/provider";

import { PageNumber } from "./page-number";
import { PagePicture } from "./page-picture";

const box = { page: 2, left: 60, top: 100, right: 260, bottom: 112, start: 0, end: 9 };

function shown(near: boolean) {
  return (
    <LanguageProvider initial="en">
      <PagePicture documentId="d" version={3} page={2} size={{ width: 400, height: 600 }} near={near} boxes={[box]} />
    </LanguageProvider>
  );
}

test("a page is fetched when it comes near, and stays when it was drawn", () => {
  const { rerender } = render(shown(false));
  expect(screen.queryByRole("img")).toBeNull();
  rerender(shown(true));
  const picture = screen.getByRole("img", { name: "Page 2" });
  expect(picture).toHaveProperty("src", "http://localhost:3000/api/v1/documents/d/versions/3/pages/2?width=1000");
  fireEvent.load(picture);
  rerender(shown(false));
  expect(screen.getByRole("img", { name: "Page 2" })).toBe(picture);
});

test("a line is marked at its place, whatever the width of the page", () => {
  const { container } = render(shown(true));
  const { left, top, width, height } = container.querySelector<HTMLElement>("[data-line]")?.style ?? {};
  expect([left, top, width, height].map((part) => Number.parseFloat(part ?? ""))).toEqual([14.75, 16.5, 50.5, (100 * 14) / 600].map((part) => expect.closeTo(part, 2)));
});

test("a page that cannot be drawn says so and can be tried again", async () => {
  render(shown(true));
  fireEvent.error(screen.getByRole("img"));
  expect(screen.getByText(/Page 2 could not be drawn/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(screen.getByRole("img", { name: "Page 2" })).toBeTruthy();
});

test("only a page that exists is gone to", async () => {
  const gone: number[] = [];
  render(
    <LanguageProvider initial="en">
      <PageNumber current={4} total={12} onGo={(page) => gone.push(page)} />
    </LanguageProvider>,
  );
  const field = screen.getByRole("textbox", { name: "Page number, 1 to 12" });
  for (const typed of ["13", "0", "x", "12"]) await userEvent.type(field, `{Control>}a{/Control}${typed}{Enter}`);
  expect(gone).toEqual([12]);
});
