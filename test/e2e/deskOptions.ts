/** What a desk of the e2e suite is opened with. */
import type { YouTubeStandIn } from '../servers/youtube';

export interface DeskOptions {
  /** The name of the folder that is opened; the extension's own data is in a folder beside it. */
  readonly workspace: string;
  /** Writes what is to be in it before it is opened. @param workspace absolute */
  readonly prepare?: (workspace: string) => Promise<void>;
  /** Plays YouTube. */
  readonly site: YouTubeStandIn;
  /** The user's settings beside those, by their names without `bulkTranscribe.`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of VS Code itself, by their full names. */
  readonly editor?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves Workspace Trust on, so that the folder is asked about. */
  readonly trust?: boolean;
}

/** What the user has set, by full names. */
export function userSettings({ site, settings, editor }: DeskOptions): Readonly<Record<string, unknown>> {
  const ours = {
    'youtube.endpoint': site.origin,
    sources: ['subtitleFile', 'youtube'],
    'rate.youtube.spacing': 0,
    ...settings,
  };
  return {
    'workbench.colorTheme': 'Dark Modern',
    ...editor,
    ...Object.fromEntries(Object.entries(ours).map(([name, value]) => [`bulkTranscribe.${name}`, value])),
  };
}
