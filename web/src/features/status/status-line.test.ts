import { expect, test } from "vitest";

import type { ModelStatus, Status } from "@/api/types";

import { lineOf } from "./status-line";

function status(embedder: ModelStatus["state"], generator: ModelStatus["state"], progress = 0): Status {
  const model = (role: ModelStatus["role"], state: ModelStatus["state"]): ModelStatus => ({ name: role, role, state, progress, detail: "" });
  return {
    version: "1",
    models: [model("embedder", embedder), model("generator", generator)],
    search_ready: embedder === "ready",
    answers_ready: embedder === "ready" && generator === "ready",
  };
}

test("nothing is said when everything is ready", () => {
  expect(lineOf(status("ready", "ready"))).toBeNull();
});

test("search comes before answers, because nothing works without it", () => {
  expect(lineOf(status("loading", "loading", 0.4))).toEqual({ text: "status.embedderLoading", tone: "plain", progress: 0.4 });
});

test("search is said to work while the language model loads", () => {
  expect(lineOf(status("ready", "loading", 0.4))).toEqual({ text: "status.generatorLoading", tone: "plain", progress: 0.4 });
});

test("a model that could not be loaded is no progress", () => {
  expect(lineOf(status("ready", "failed"))).toEqual({ text: "status.generatorFailed", tone: "danger", progress: null });
});
