/** The answers to the page's requests: what went wrong, and the next step that can be taken from there. */
import type { ToPage } from '../../protocol';
import { refusalOf, type Button } from '../problems';

export class Replies {
  /** What the last refusal has offered. */
  private offer: { readonly request: number; readonly button: Button } | undefined;

  constructor(private readonly post: (message: ToPage) => Promise<boolean>) {}

  /** Every request gets its answer, also when the work behind it fails. */
  async answer(request: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      await this.post({ type: 'reply', request });
    } catch (error) {
      const { message, buttons } = refusalOf(error);
      const [button] = buttons;
      this.offer = button && { request, button };
      await this.post({
        type: 'reply',
        request,
        problem: message,
        ...(button ? { next: button.words } : {}),
      });
    }
  }

  /** Does what the answer to a request has offered. */
  async press(request: number): Promise<void> {
    if (this.offer?.request === request) await this.offer.button.press();
  }
}
