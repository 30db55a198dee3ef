import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type User = Schemas["User"];
export type Instance = Schemas["Instance"];
export type SessionItem = Schemas["SessionItem"];
export type DatasetSummary = Schemas["DatasetSummary"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type Column = Schemas["Column"];
export type Import = Schemas["Import"];
export type ImportProgress = Schemas["Progress"];
export type ImportMode = Import["mode"];
export type ImportStatus = Import["status"];
export type Receipt = Schemas["Receipt"];
export type Reject = Schemas["Reject"];
export type Explore = Schemas["Explore"];
export type Measure = Schemas["Measure"];
export type Dimension = Schemas["Dimension"];
export type TimeAxis = Schemas["TimeAxis"];
export type Grain = TimeAxis["grain"];
export type UploadAnswer = Schemas["UploadAnswer"];
export type LogEvent = Schemas["Event"];
export type Row = Schemas["Records"]["items"][number];
