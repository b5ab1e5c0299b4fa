/**
 * What deAPI charges for audio, and whether the account has the credit: requested before anything is
 * downloaded or submitted. Prices are kept by link, so that a job that waited for its OK is not priced
 * again.
 */
import { failure, FailureError } from '../model/failure';
import type { Clock } from '../model/ports';
import type { Settings } from '../model/settings';
import type { Quote, SourceRequest } from '../model/source';
import { callOf, type DeapiClient } from './deapiClient';
import { fail, given, stillAsked } from './parts';

const balanceMs = 60_000;
const mostKept = 20_000;
/** How long the price of an hour is kept. */
const hourKeptMs = 10 * 60_000;

export class DeapiPrices {
  private readonly prices = new Map<string, { readonly cost: number; readonly seconds?: number }>();
  private account: { readonly at: number; readonly balance: number | undefined } | undefined;

  private hours: { readonly key: string; readonly at: number; readonly cost: number } | undefined;

  constructor(
    private readonly client: DeapiClient,
    private readonly clock: Clock,
  ) {}

  /** A quote without seconds and price, as long as both are unknown. */
  bare(settings: Settings): Quote {
    return { service: 'deapi', origin: this.client.origin(settings) };
  }

  /**
   * The cost in the account's currency, by a link that deAPI reads itself or by seconds of audio. Throws
   * FailureError `payment` when the account has less.
   */
  async quote(
    request: SourceRequest,
    sound: { readonly url: string } | { readonly seconds: number } | undefined,
  ): Promise<Quote> {
    const { settings, meta } = request;
    const seconds = sound !== undefined && 'seconds' in sound ? sound.seconds : meta.duration;
    const cost = await this.price(request, sound);
    const balance = await this.balance(request);
    if (balance !== undefined && balance < (cost ?? 0))
      fail(
        failure('payment', `deAPI's credit is ${balance}; this one costs ${cost ?? 0}.`, {
          needs: 'deapi:credit',
          subject: 'deAPI',
        }),
      );
    const isClaim = meta.durationIsClaim === true && seconds === meta.duration;
    return {
      ...this.bare(settings),
      ...given('seconds', seconds),
      ...(isClaim ? { estimate: true as const } : {}),
      ...given('cost', cost),
    };
  }

  /** The price of an hour, requested at most once in ten minutes; undefined where it cannot be had. */
  async hour(settings: Settings, signal: AbortSignal): Promise<number | undefined> {
    const now = this.clock.monotonic();
    const key = modelKey(settings);
    if (this.hours?.key === key && now - this.hours.at < hourKeptMs) return this.hours.cost;
    const call = { settings, signal, identity: 'price', sent: () => undefined };
    const cost = await this.client.price(call, { seconds: 3600 }).catch(() => undefined);
    if (cost !== undefined) this.hours = { key, at: now, cost };
    return cost;
  }

  /** deAPI reported that the credit is used up: the balance is requested again. */
  forgetBalance(): void {
    this.account = undefined;
  }

  private async price(
    request: SourceRequest,
    sound: { readonly url: string } | { readonly seconds: number } | undefined,
  ): Promise<number | undefined> {
    const { settings, link } = request;
    const key = `${modelKey(settings)} ${link.url}`;
    const known = this.prices.get(key);
    const seconds = sound !== undefined && 'seconds' in sound ? Math.ceil(sound.seconds) : undefined;
    // A measured length gives another price than the earlier quote.
    if (sound === undefined || (known !== undefined && known.seconds === seconds)) return known?.cost;
    const permit = await request.permit(['deapi.price']);
    try {
      stillAsked(request);
      const cost = await this.client.price({ ...callOf(request), permit, quota: 'deapi.price' }, sound);
      if (cost !== undefined) {
        if (this.prices.size >= mostKept) this.prices.clear();
        this.prices.set(key, { cost, ...given('seconds', seconds) });
      }
      return cost;
    } finally {
      permit.release();
    }
  }

  /** Requested at most once a minute; an unknown balance stops nothing. */
  private async balance(request: SourceRequest): Promise<number | undefined> {
    const now = this.clock.monotonic();
    if (this.account === undefined || now - this.account.at > balanceMs) {
      const balance = await this.client.balance(callOf(request)).catch((error: unknown) => {
        if (error instanceof FailureError && ['auth', 'payment', 'cancelled'].includes(error.failure.code))
          throw error;
        return undefined;
      });
      this.account = { at: now, balance };
    }
    return this.account.balance;
  }
}

/** What a price depends on besides the sound. */
function modelKey(settings: Settings): string {
  const asked = [settings['deapi.model'], settings['speech.speakers'], settings['speech.language']];
  return `${settings['deapi.endpoint']} ${asked.join(' ')}`;
}
