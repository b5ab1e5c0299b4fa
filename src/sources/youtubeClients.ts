/**
 * The programs we present as to YouTube, as data: YouTube retires them every few months. None of these needs
 * a proof token for captions. The order is the order of trying; the setting `youtube.clients` replaces it.
 * Values as in yt-dlp 2026.10.26.
 */
import * as v from 'valibot';
import type { Settings } from '../model/settings';

export interface YouTubeClient {
  readonly clientName: string;
  readonly clientVersion: string;
  /** The number that stands for the name in the request's headers. */
  readonly id: number;
  readonly userAgent?: string;
  /** More fields of the request's `context.client`. */
  readonly client?: Readonly<Record<string, string | number | boolean>>;
}

const safariOnMac =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15';

const builtInClients: readonly YouTubeClient[] = [
  {
    clientName: 'ANDROID',
    clientVersion: '21.26.364',
    id: 3,
    userAgent: 'com.google.android.youtube/21.26.364 (Linux; U; Android 11) gzip',
    client: { androidSdkVersion: 30, osName: 'Android', osVersion: '11' },
  },
  {
    clientName: 'IOS',
    clientVersion: '21.26.4',
    id: 5,
    userAgent: 'com.google.ios.youtube/21.26.4 (iPhone16,2; U; CPU iOS 18_3_2 like Mac OS X;)',
    client: { deviceMake: 'Apple', deviceModel: 'iPhone16,2', osName: 'iPhone', osVersion: '18.3.2.22D82' },
  },
  {
    clientName: 'VISIONOS',
    clientVersion: '1.02',
    id: 101,
    userAgent: safariOnMac,
    client: {
      deviceMake: 'Apple',
      deviceModel: 'RealityDevice17,1',
      osName: 'visionOS',
      osVersion: '26.5.23O471',
    },
  },
  {
    clientName: 'TVHTML5',
    clientVersion: '7.20260707.07.00',
    id: 7,
    userAgent: 'Mozilla/5.0 (ChromiumStylePlatform) Cobalt/Version',
  },
  {
    clientName: 'MWEB',
    clientVersion: '2.20260708.05.00',
    id: 2,
    userAgent:
      'Mozilla/5.0 (iPad; CPU OS 16_7_10 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1,gzip(gfe)',
  },
];

const line = v.pipe(v.string(), v.nonEmpty(), v.maxLength(500), v.regex(/^[\x20-\x7e]*$/));
const clientSchema = v.object({
  clientName: line,
  clientVersion: line,
  id: v.pipe(v.number(), v.integer(), v.minValue(0)),
  userAgent: v.optional(line),
  client: v.optional(v.record(line, v.union([line, v.number(), v.boolean()]))),
});

/** The clients of the setting, else the built-in ones; what is wrong with the setting, if anything is. */
export function clientsOf(settings: Settings): {
  readonly clients: readonly YouTubeClient[];
  readonly problem?: string;
} {
  const configured = settings['youtube.clients'];
  if (configured.length === 0) return { clients: builtInClients };
  const clients: YouTubeClient[] = [];
  for (const [index, entry] of configured.entries()) {
    const read = v.safeParse(clientSchema, entry);
    if (!read.success) {
      const problem = `youtube.clients: entry ${index + 1} needs clientName, clientVersion (texts) and id (a number); the built-in list is used.`;
      return { clients: builtInClients, problem };
    }
    const { userAgent, client, ...rest } = read.output;
    clients.push({ ...rest, ...(userAgent ? { userAgent } : {}), ...(client ? { client } : {}) });
  }
  return { clients };
}
