import { afterEach, expect, it } from "vitest";

import { ServerProblem } from "@/app/serverProblem";

function serve(content: string): ServerProblem {
  const meta = document.createElement("meta");
  meta.name = "rowmill-problem";
  meta.content = content;
  document.head.append(meta);
  return new ServerProblem(document, "/products");
}

afterEach(() => {
  document.head.replaceChildren();
});

it("tells the problem that the server wrote into the page, with its reference", () => {
  const told = { status: 404, code: "not_found", detail: "Nothing.", request_id: "r1" };
  const problem = serve(JSON.stringify(told));
  const expected = { status: 404, message: "Nothing.", requestId: "r1" };
  expect(problem.at("/products")).toMatchObject(expected);
  expect(problem.at("/products")).toMatchObject(expected);
});

it("forgets the problem once one has gone on to another page", () => {
  const problem = serve(JSON.stringify({ status: 500, detail: "Broken." }));
  expect(problem.at("/stock")).toBeNull();
  expect(problem.at("/products")).toBeNull();
});

it("takes what cannot be read as a failure of the server, not as a page", () => {
  expect(serve("{").at("/products")).toMatchObject({ status: 500 });
});

it("leaves a page alone that carries no problem", () => {
  expect(new ServerProblem(document, "/products").at("/products")).toBeNull();
});
