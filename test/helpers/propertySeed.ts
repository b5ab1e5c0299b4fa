/**
 * Loaded before all unit tests: the property tests begin with the same seed each time, so that a change is
 * judged by what it changes. `PROPERTY_SEED=random` explores; a number repeats what was found.
 */
import fc from 'fast-check';

const wanted = process.env.PROPERTY_SEED ?? '20261120';
if (wanted !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
