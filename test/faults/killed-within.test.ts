import { cellsOf, testCells } from './test-cells.ts';

/** The other server has done what was asked, and nobody here knows; of the calls that change something, also that it was not done. */
const APPLIED = cellsOf('kill-applied');
const NOT_APPLIED = cellsOf('kill-received').filter(({ step: { name } }) => name.endsWith('write') || name === 'answer shown');

testCells('embedded', [...APPLIED, ...NOT_APPLIED]);
