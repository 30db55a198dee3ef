import { BucketFields } from "@/features/feeds/BucketFields";
import { FolderFields } from "@/features/feeds/FolderFields";
import type { FormPart } from "@/features/feeds/formTypes";
import { SftpFields } from "@/features/feeds/SftpFields";
import { WebFields } from "@/features/feeds/WebFields";

/** Where the files are, and how to get at them. */
export function SourceFields(props: FormPart) {
  const { source } = props.draft;
  switch (source.kind) {
    case "sftp":
      return <SftpFields {...props} source={source} />;
    case "s3":
      return <BucketFields {...props} source={source} />;
    case "folder":
      return <FolderFields {...props} source={source} />;
    case "https":
      return <WebFields {...props} source={source} />;
  }
}
