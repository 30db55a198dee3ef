import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type User = Schemas["User"];
export type SessionItem = Schemas["SessionSummary"];
export type DatasetSummary = Schemas["DatasetSummary"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type Column = Schemas["ColumnOut"];
export type Import = Schemas["ImportOut"];
export type ImportProgress = Schemas["Progress"];
export type ImportMode = Import["mode"];
export type ImportStatus = Import["status"];
export type Receipt = Schemas["Receipt"];
export type Reject = Schemas["RejectOut"];
export type Explore = Schemas["Exploration"];
export type Measure = Schemas["MeasureOut"];
export type Dimension = Schemas["DimensionOut"];
export type TimeAxis = Schemas["TimeOut"];
/** A chart may also be cut into weeks, though none is proposed so. */
export type Grain = TimeAxis["grain"] | "week";
export type UploadAnswer = Schemas["UploadAnswer"];
export type LogEvent = Schemas["EventOut"];
export type Row = Schemas["RecordsPage"]["items"][number];
