import { describe, expect, it } from "vitest";

import { toCurl } from "@/components/ShowCurl";

describe("toCurl", () => {
  it("is a line that a shell takes as it stands", () => {
    expect(toCurl({ path: "/api/operations" }, "https://data.example")).toBe(
      `curl -H "Authorization: Bearer $ROWMILL_KEY" 'https://data.example/api/operations'`,
    );
  });

  it("quotes a body with apostrophes", () => {
    const call = { method: "POST", path: "/api/x", body: { name: "Ada's" } } as const;
    expect(toCurl(call, "")).toContain(String.raw`-d '{"name":"Ada'\''s"}'`);
    expect(toCurl({ method: "DELETE", path: "/api/x" }, "")).toContain("-X DELETE");
  });
});
