/** No proxies: everything goes out by the one route. */
import type { DirectRoute, Route, Router } from '../../src/platform/httpRoute';

export class DirectRouter implements Router {
  constructor(private readonly route: DirectRoute) {}

  routeFor(): Promise<Route> {
    return Promise.resolve(this.route);
  }

  hasAnother(): boolean {
    return false;
  }

  close(): void {
    this.route.close();
  }
}
