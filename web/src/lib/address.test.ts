import { expect, it } from "vitest";

import { addressOf } from "@/lib/address";

it("writes what there is of a query behind the path", () => {
  expect(addressOf("/api/users", { search: "a b", admin: true, status: undefined })).toBe(
    "/api/users?search=a+b&admin=true",
  );
});

it("leaves a path alone where nothing is asked for", () => {
  expect(addressOf("/api/users", { search: "", status: undefined })).toBe("/api/users");
});
