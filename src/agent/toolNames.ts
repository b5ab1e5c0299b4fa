/**
 * The names of the tools for language models. Apart from the table, because the editor needs no more when it starts.
 */
export const toolNames = [
  'list_videos',
  'transcribe_links',
  'batch_status',
  'search_transcripts',
  'read_transcript',
] as const;

export type ToolName = (typeof toolNames)[number];
