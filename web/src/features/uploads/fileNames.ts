/** Whether a file of this name has sheets, of which one is read. */
export const isWorkbook = (name: string) => /\.(xlsx|xls|ods)$/i.test(name);

/** Whether a file of this name holds files, of which one is read. */
export const isArchive = (name: string) => /\.zip$/i.test(name);
