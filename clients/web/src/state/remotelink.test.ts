import { expect, it } from "vitest";

import { placeAt, remoteLink, remoteLinkIn } from "./remotelink.ts";

const LINK = { room: "123456", key: "aB-_9" };

it("makes links that it reads", () => {
  const link = remoteLink("https://quiz.example", LINK);
  expect(link).toBe("https://quiz.example/remote#123456.aB-_9");
  expect(remoteLinkIn(new URL(link).hash)).toEqual(LINK);
});

it.each(["", "#", "#123456", "#123456.", "#12345.k", "#123456.k.k", "#123456.a b", "#key=k"])(
  "reads nothing from %j",
  (fragment) => {
    expect(remoteLinkIn(fragment)).toBeUndefined();
  },
);

it("asks for the host's view with the key", () => {
  expect(placeAt(LINK)).toEqual({ room: "123456", role: "host", key: "aB-_9", sync: "delta" });
});
