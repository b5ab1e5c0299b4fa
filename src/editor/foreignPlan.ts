/**
 * What is asked about a batch that was not started on this computer: which hosts would be asked, which files it names.
 * Pure.
 */
import { toGoOf } from '../engine/state/counts';
import type { ReadonlyState } from '../engine/state/reducer';
import { plural } from '../model/numberWords';
import { urlOf } from '../model/webUrl';
import type { PlanQuestion } from '../protocol';
import { named, type Plan } from './plans';

export function foreignPlan(state: ReadonlyState): Omit<Plan, 'start'> {
  const { counts, name } = state;
  return {
    name,
    total: state.total,
    text: `${name} was not started on this computer.`,
    lines: [
      'It goes on with your settings. Files of this computer are not read, and nothing paid starts without your OK.',
    ],
    questions: foreignQuestions(state, toGoOf(counts) + counts.parked),
    yes: 'Resume It',
  };
}

function foreignQuestions(state: ReadonlyState, rest: number): readonly PlanQuestion[] {
  const hosts = new Map<string, number>();
  const files: string[] = [];
  for (const { link, status } of state.jobs) {
    if (status === 'completed' || status === 'skipped') continue;
    if (link.path !== undefined) {
      files.push(link.path);
      continue;
    }
    const host = urlOf(link.url)?.host ?? link.url;
    hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  const byCount = [...hosts].sort((a, b) => b[1] - a[1]);
  const asked = byCount.map(([host, count]) => `${host}: ${plural(count, 'link')}`);
  return [
    {
      id: 'foreign',
      kind: 'must',
      words: `${plural(rest, 'link')} of it ${rest === 1 ? 'is' : 'are'} asked for from here`,
      details: named(asked),
      agreed: false,
    },
    ...(files.length === 0
      ? []
      : [
          {
            id: 'files',
            kind: 'must',
            words: `It names ${plural(files.length, 'file')} of a computer; ${files.length === 1 ? 'it fails' : 'they fail'} unread`,
            details: named(files),
            agreed: false,
          } as const,
        ]),
  ];
}
