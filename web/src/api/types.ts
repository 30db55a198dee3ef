import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];

/** What a GET of this address answers, for schemas whose name is not theirs alone. */
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type User = Answer<"/api/me">;
export type SessionItem = Schemas["SessionSummary"];
export type DatasetSummary = Schemas["DatasetSummary"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type Column = Schemas["ColumnOut"];
export type Import = Schemas["ImportOut"];
export type ImportProgress = Schemas["Progress"];
export type ImportMode = Import["mode"];
export type ImportStatus = Import["status"];
export type Receipt = Schemas["Receipt"];
export type Reject = Answer<"/api/imports/{import_id}/rejects">["items"][number];
export type Explore = Schemas["Exploration"];
export type Measure = Explore["measures"][number];
export type Dimension = Schemas["DimensionOut"];
export type TimeAxis = Schemas["TimeOut"];
/** A chart may also be cut into weeks, though none is proposed so. */
export type Grain = TimeAxis["grain"] | "week";
export type Recognition = Schemas["Recognition"];
export type TemplateMatch = Schemas["MatchOut"];
export type Template = Schemas["TemplateOut"];
export type UploadAnswer = Schemas["UploadAnswer"];
export type LogEvent = Schemas["EventOut"];
export type Row = Schemas["RecordsPage"]["items"][number];
export type Operation = Schemas["OperationOut"];
export type OperationKind = Operation["operation"];
export type OperationRequest = Schemas["OperationRequest"];
export type OperationPreview =
  paths["/api/operations/preview"]["post"]["responses"][200]["content"]["application/json"];
export type JobStatus = Operation["status"];
export type ApiKey = Schemas["Key"];
export type CreatedApiKey = Schemas["CreatedKey"];
export type ManagedUser = Answer<"/api/admin/users">["items"][number];
export type ManagedWorkspace = Answer<"/api/admin/workspaces">["items"][number];
export type ManagedJob = Answer<"/api/admin/jobs">["items"][number];
export type Setting = Answer<"/api/admin/settings">["items"][number];
export type Workers = Answer<"/api/admin/workers">;
export type Storage = Answer<"/api/admin/storage">;
export type MaintenanceRun = Answer<"/api/admin/maintenance">["items"][number];
export type AuditEvent = Answer<"/api/admin/audit">["items"][number];
export type Demo = Schemas["Demo"];
export type Dashboard = Schemas["Dashboard"];
export type Kpi = Schemas["Kpi"];
export type DashboardPeriod = Schemas["Period"];
export type Breakdown = Schemas["Breakdown"];
export type StockLine = Schemas["Level"];
export type StockTotals = Schemas["StockTotals"];
export type Schedule = Schemas["ScheduleBody"];
export type Sync = Schemas["SyncOut"];
export type SyncInput = Schemas["SyncIn"];
export type SyncTarget = Sync["destination"];
export type SyncField = Schemas["FieldIn"];
export type SyncAnswer = Schemas["AnswerOut"];
export type SyncRun = Answer<"/api/syncs/{sync_id}/runs">["items"][number];
export type SyncBatch = Answer<"/api/syncs/{sync_id}/batches">["items"][number];
export type SyncReject = Answer<"/api/syncs/{sync_id}/rejects">["items"][number];
export type Webhook = Schemas["WebhookOut"];
export type WebhookInput = Schemas["WebhookIn"];
export type CreatedWebhook = Schemas["WebhookMade"];
export type Delivery = Schemas["DeliveryOut"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type Notifications = Schemas["NotificationsOut"];
