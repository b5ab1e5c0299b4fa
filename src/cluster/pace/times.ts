/** The times by which machines that share a quota take each other for silent or gone, ms. */

export const dayMs = 86_400_000;
/** Every peer calls at least this often. */
export const callMs = 1_000;
/** A call that takes longer counts as failed; so does an answer that is older when it is read. */
export const answerMs = 400;
/** A peer that has not called for so long keeps its part. */
export const absentMs = 2_000;
/** A peer without an answer goes on alone after this: by then the others leave it its part. */
export const aloneAfterMs = absentMs + answerMs + 100;
/** Nobody starts for so long after Redis was new or restarted: those who shared it before come back meanwhile. */
export const settleMs = 2_500;
/** So long after that, those who come back say who shared it before. */
export const backMs = 5_000;
/** A place of a request under way is free again unless its peer says within this time that it still is. */
export const placeMs = 15_000;
/** When to ask again for what may be free at any moment. */
export const pollMs = 500;
/** News that are kept; a peer that was away for more says hello again. */
export const keptNews = 5_000;
/** What nobody has used for so long is forgotten by Redis. */
export const stateMs = dayMs;
