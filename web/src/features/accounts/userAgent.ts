export type AgentKind = "desktop" | "mobile" | "program";

// Order matters: Edge and Opera also say Chrome, Chrome also says Safari.
const BROWSERS: readonly [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\/|Chromium\//, "Chrome"],
  [/Safari\//, "Safari"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux|X11/, "Linux"],
];

const find = (list: readonly [RegExp, string][], agent: string) =>
  list.find(([pattern]) => pattern.test(agent))?.[1];

/** "Chrome on Linux", "curl 8.5.0", from what a client says of itself. */
export function describeAgent(agent: string | null | undefined): {
  kind: AgentKind;
  words: string;
} {
  if (!agent) return { kind: "program", words: "Unknown program" };
  const browser = find(BROWSERS, agent);
  if (browser === undefined) {
    const program = agent.split(" ")[0] ?? agent;
    return { kind: "program", words: program.replace("/", " ") };
  }
  const system = find(SYSTEMS, agent);
  const kind = /Mobile|iPhone|Android/.test(agent) ? "mobile" : "desktop";
  return { kind, words: system === undefined ? browser : `${browser} on ${system}` };
}
