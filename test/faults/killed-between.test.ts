import { cellsOf, testCells } from './test-cells.ts';

/** Every second step: all of them, before and after each, take minutes (`npm run faults`). */
const HALF = cellsOf('kill-before').filter((_, index) => index % 2 === 0);

testCells('embedded', HALF);
