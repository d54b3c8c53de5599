import { expect, test } from "vitest";

import { readEvents, type AnswerEvent } from "./answer-stream";

function bodyOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array>): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

test("events are read in order, comments are passed over", async () => {
  const events = await all(
    bodyOf(': keep-alive\n\nevent: stage\ndata: {"stage":"searching"}\n\n', 'event: reasoning\ndata: {"text":"Hm"}\n\n'),
  );
  expect(events).toEqual([
    { type: "stage", data: { stage: "searching" } },
    { type: "reasoning", data: { text: "Hm" } },
  ]);
});

test("an event cut in the middle of a Chinese character is put together again", async () => {
  const bytes = new TextEncoder().encode('event: reasoning\ndata: {"text":"报销"}\n\n');
  const events = await all(bodyOf(bytes.slice(0, 33), bytes.slice(33, 34), bytes.slice(34)));
  expect(events).toEqual([{ type: "reasoning", data: { text: "报销" } }]);
});

test("events of a newer server are left out", async () => {
  expect(await all(bodyOf('event: weather\ndata: "fine"\n\n'))).toEqual([]);
});
